"""A list comprehension over the samples, and a dict of results."""


def permutation_importance(X, y, model, metric, num_samples=100):
    baseline = metric(y, model.predict_proba(X)[:, 1])
    result = {}
    for col in X.columns:
        perfs = [metric(y, model.predict_proba(permute_feature(X, col))[:, 1]) for _ in range(num_samples)]
        result[col] = [abs(baseline - np.mean(perfs))]
    return pd.DataFrame(result, index=['importance'])
