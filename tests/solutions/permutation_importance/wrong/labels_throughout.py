"""Measures predicted labels throughout.

Misconception: labels_everywhere
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    base = metric(y, model.predict(X))
    imp = {}
    for col in X.columns:
        perfs = [metric(y, model.predict(permute_feature(X, col))) for _ in range(num_samples)]
        imp[col] = abs(base - np.mean(perfs))
    return pd.DataFrame(imp, index=['importance'])
