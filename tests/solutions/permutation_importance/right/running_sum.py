"""Adds the performances up and divides by their number."""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    base = metric(y, model.predict_proba(X)[:, 1])
    for feature in X:
        total = 0.0
        for _ in range(num_samples):
            shuffled = permute_feature(X, feature)
            total += metric(y, model.predict_proba(shuffled)[:, 1])
        importances.at['importance', feature] = abs(base - total / num_samples)
    return importances
