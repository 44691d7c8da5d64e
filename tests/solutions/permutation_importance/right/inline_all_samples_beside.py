"""Repeats every row for all samples and asks the model once."""


def permutation_importance(X, y, model, metric, num_samples=100):
    baseline = metric(y, model.predict_proba(X)[:, 1])
    row = {}
    for j, feature in enumerate(X.columns):
        big = np.repeat(X.to_numpy(), num_samples, axis=0)
        columns = [np.random.permutation(X[feature].to_numpy()) for _ in range(num_samples)]
        big[:, j] = np.stack(columns, axis=1).ravel()
        probs = model.predict_proba(big)[:, 1].reshape(len(X), num_samples)
        row[feature] = abs(baseline - np.mean([metric(y, probs[:, k]) for k in range(num_samples)]))
    return pd.DataFrame(row, index=["importance"])
