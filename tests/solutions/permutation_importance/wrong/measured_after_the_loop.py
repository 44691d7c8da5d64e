"""Measures after the loop over samples, when only the last permuted frame is left.

Misconception: measured_once
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in X.columns:
        for i in range(num_samples):
            perm_X = permute_feature(X, feature)
        perf = metric(y, model.predict_proba(perm_X)[:, 1])
        importances.loc['importance', feature] = abs(baseline - perf)
    return importances
