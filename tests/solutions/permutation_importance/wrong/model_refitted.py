"""Fits the model on the permuted data before it measures.

Misconception: refitted
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in X.columns:
        perf = np.zeros(num_samples)
        for i in range(num_samples):
            X_perm = permute_feature(X, feature)
            model.fit(X_perm, y)
            perf[i] = metric(y, model.predict_proba(X_perm)[:, 1])
        importances.loc['importance', feature] = abs(baseline - perf.mean())
    return importances
