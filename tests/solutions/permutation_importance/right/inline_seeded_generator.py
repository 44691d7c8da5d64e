"""Permutes by itself with one seeded generator for all samples."""


def permutation_importance(X, y, model, metric, num_samples=100):
    rng = np.random.default_rng(7)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    row = {}
    for feature in X.columns:
        scores = []
        for _ in range(num_samples):
            shuffled = X.assign(**{feature: rng.permutation(X[feature].values)})
            scores.append(metric(y, model.predict_proba(shuffled)[:, 1]))
        row[feature] = abs(baseline - np.mean(scores))
    return pd.DataFrame([row], index=['importance'])
