"""Gives the metric both columns of probabilities.

Raises: ValueError
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    base = metric(y, model.predict_proba(X)[:, 1])
    imp = {}
    for col in X.columns:
        perfs = [metric(y, model.predict_proba(permute_feature(X, col))) for _ in range(num_samples)]
        imp[col] = abs(base - np.mean(perfs))
    return pd.DataFrame(imp, index=['importance'])
