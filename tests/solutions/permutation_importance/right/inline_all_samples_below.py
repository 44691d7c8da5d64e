"""Puts all samples of a feature below one another and asks the model once."""


def permutation_importance(X, y, model, metric, num_samples=100):
    baseline = metric(y, model.predict_proba(X)[:, 1])
    out = pd.DataFrame(index=['importance'], columns=X.columns)
    n = len(X)
    for feature in X.columns:
        big = pd.concat([X] * num_samples, ignore_index=True)
        big[feature] = np.concatenate([np.random.permutation(X[feature]) for _ in range(num_samples)])
        probs = model.predict_proba(big)[:, 1].reshape(num_samples, n)
        out.loc['importance', feature] = abs(baseline - np.mean([metric(y, p) for p in probs]))
    return out
