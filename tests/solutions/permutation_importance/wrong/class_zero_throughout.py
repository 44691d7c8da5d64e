"""Takes the probabilities of class 0 throughout; only a metric such as the c-index would not
notice.

Misconception: column_zero_everywhere
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    base = metric(y, model.predict_proba(X)[:, 0])
    imp = {}
    for col in X.columns:
        perfs = [metric(y, model.predict_proba(permute_feature(X, col))[:, 0]) for _ in range(num_samples)]
        imp[col] = abs(base - np.mean(perfs))
    return pd.DataFrame(imp, index=['importance'])
