"""Sorts the values, and leaves the names where they were.

Misconception: misplaced
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    base = metric(y, model.predict_proba(X)[:, 1])
    imp = {}
    for col in X.columns:
        perfs = [metric(y, model.predict_proba(permute_feature(X, col))[:, 1]) for _ in range(num_samples)]
        imp[col] = abs(base - np.mean(perfs))
    values = sorted(imp.values(), reverse=True)
    return pd.DataFrame([values], index=['importance'], columns=X.columns)
