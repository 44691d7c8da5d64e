"""Keeps a row of differences for every sample.

Misconception: row_per_sample
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    baseline = metric(y, model.predict_proba(X)[:, 1])
    rows = []
    for i in range(num_samples):
        rows.append([abs(baseline - metric(y, model.predict_proba(permute_feature(X, c))[:, 1])) for c in X.columns])
    return pd.DataFrame(rows, columns=X.columns)
