"""Measures the baseline anew on every permuted frame, so that nothing differs.

Misconception: zeros
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    for feature in importances.columns:
        diffs = np.zeros(num_samples)
        for i in range(num_samples):
            X_perm = permute_feature(X, feature)
            baseline = metric(y, model.predict_proba(X_perm)[:, 1])
            diffs[i] = baseline - metric(y, model.predict_proba(X_perm)[:, 1])
        importances.loc['importance', feature] = abs(diffs.mean())
    return importances
