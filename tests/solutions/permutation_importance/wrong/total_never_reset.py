"""Starts the sum once, before the loop over features.

Misconception: running_total
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    total = 0
    for feature in X.columns:
        for i in range(num_samples):
            perm_X = permute_feature(X, feature)
            total += metric(y, model.predict_proba(perm_X)[:, 1])
        importances.loc['importance', feature] = abs(baseline - total / num_samples)
    return importances
