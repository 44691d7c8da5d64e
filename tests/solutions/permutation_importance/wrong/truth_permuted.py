"""Permutes the truth and leaves the features alone.

Misconception: never_permuted
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    probs = model.predict_proba(X)[:, 1]
    baseline = metric(y, probs)
    row = {}
    for feature in X.columns:
        perf = [metric(np.random.permutation(y), probs) for _ in range(num_samples)]
        row[feature] = abs(baseline - np.mean(perf))
    return pd.DataFrame(row, index=['importance'])
