"""Returns the values without the features' names.

Misconception: column_names
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    base = metric(y, model.predict_proba(X)[:, 1])
    values = []
    for c in X.columns:
        perf = [metric(y, model.predict_proba(permute_feature(X, c))[:, 1]) for i in range(num_samples)]
        values.append(abs(base - np.mean(perf)))
    return pd.DataFrame([values], index=['importance'])
