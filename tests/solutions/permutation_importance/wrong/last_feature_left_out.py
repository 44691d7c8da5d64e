"""Counts the features and stops one too early; the last keeps a zero.

Misconception: features_left_out
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    base = metric(y, model.predict_proba(X)[:, 1])
    values = np.zeros((1, X.shape[1]))
    for k in range(X.shape[1] - 1):
        name = X.columns[k]
        perf = [metric(y, model.predict_proba(permute_feature(X, name))[:, 1]) for _ in range(num_samples)]
        values[0, k] = abs(base - np.mean(perf))
    return pd.DataFrame(values, columns=X.columns, index=['importance'])
