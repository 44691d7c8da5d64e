"""Divides by the largest importance.

Misconception: normalised_largest
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    base = metric(y, model.predict_proba(X)[:, 1])
    imp = {}
    for col in X.columns:
        perfs = [metric(y, model.predict_proba(permute_feature(X, col))[:, 1]) for _ in range(num_samples)]
        imp[col] = abs(base - np.mean(perfs))
    top = max(imp.values())
    return pd.DataFrame({k: v / top for k, v in imp.items()}, index=['importance'])
