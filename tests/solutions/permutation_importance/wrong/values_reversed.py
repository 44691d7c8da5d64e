"""Puts the values under the columns from last to first.

Misconception: misplaced
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    base = metric(y, model.predict_proba(X)[:, 1])
    imp = {}
    for col in X.columns:
        perfs = [metric(y, model.predict_proba(permute_feature(X, col))[:, 1]) for _ in range(num_samples)]
        imp[col] = abs(base - np.mean(perfs))
    values = [imp[c] for c in X.columns[::-1]]
    return pd.DataFrame([values], index=['importance'], columns=X.columns)
