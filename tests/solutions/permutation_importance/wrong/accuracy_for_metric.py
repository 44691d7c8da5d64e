"""Always measures the accuracy.

Misconception: accuracy
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    base = np.mean(y == model.predict(X))
    imp = {}
    for col in X.columns:
        perfs = [np.mean(y == model.predict(permute_feature(X, col))) for _ in range(num_samples)]
        imp[col] = abs(base - np.mean(perfs))
    return pd.DataFrame(imp, index=['importance'])
