"""Runs the loop once more than num_samples.

Misconception: one_too_many
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    base = metric(y, model.predict_proba(X)[:, 1])
    imp = {}
    for col in X.columns:
        perfs = [metric(y, model.predict_proba(permute_feature(X, col))[:, 1]) for _ in range(num_samples + 1)]
        imp[col] = abs(base - np.mean(perfs))
    return pd.DataFrame(imp, index=['importance'])
