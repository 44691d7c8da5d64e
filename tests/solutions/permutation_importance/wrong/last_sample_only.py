"""Overwrites one variable in every pass and uses the last value.

Misconception: last_only
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline_performance = metric(y, model.predict_proba(X)[:, 1])
    for feature in importances.columns:
        for i in range(num_samples):
            perm_X = permute_feature(X, feature)
            perf = metric(y, model.predict_proba(perm_X)[:, 1])
        importances.loc['importance', feature] = abs(baseline_performance - perf)
    return importances
