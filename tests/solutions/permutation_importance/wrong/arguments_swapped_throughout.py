"""Gives the metric predictions first throughout.

Misconception: swapped_everywhere
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    base = metric(model.predict_proba(X)[:, 1], y)
    imp = {}
    for col in X.columns:
        perfs = [metric(model.predict_proba(permute_feature(X, col))[:, 1], y) for _ in range(num_samples)]
        imp[col] = abs(base - np.mean(perfs))
    return pd.DataFrame(imp, index=['importance'])
