"""Permutes each feature once and never looks at num_samples.

Misconception: permuted_once
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    baseline = metric(y, model.predict_proba(X)[:, 1])
    row = [abs(baseline - metric(y, model.predict_proba(permute_feature(X, c))[:, 1])) for c in X.columns]
    return pd.DataFrame([row], columns=X.columns, index=['importance'])
