"""Permutes all features in one frame and measures that for each of them.

Misconception: all_at_once
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in X.columns:
        perf = np.zeros(num_samples)
        for i in range(num_samples):
            perm_X = X.copy()
            for col in X.columns:
                perm_X = permute_feature(perm_X, col)
            perf[i] = metric(y, model.predict_proba(perm_X)[:, 1])
        importances.loc['importance', feature] = abs(baseline - perf.mean())
    return importances
