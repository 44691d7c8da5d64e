"""Averages the signed differences and takes the absolute value last, which is the same."""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in importances.columns:
        drops = []
        for i in range(num_samples):
            perm_X = permute_feature(X, feature)
            drops.append(baseline - metric(y, model.predict_proba(perm_X)[:, 1]))
        importances.loc['importance', feature] = abs(sum(drops) / len(drops))
    return importances
