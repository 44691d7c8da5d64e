"""Works on the bare array and permutes its columns, without a frame."""


def permutation_importance(X, y, model, metric, num_samples=100):
    values = X.to_numpy()
    baseline = metric(y, model.predict_proba(values)[:, 1])
    imp = []
    for j in range(values.shape[1]):
        perf = 0
        for _ in range(num_samples):
            v = values.copy()
            np.random.shuffle(v[:, j])
            perf = perf + metric(y, model.predict_proba(v)[:, 1])
        imp.append(abs(baseline - perf / num_samples))
    return pd.DataFrame([imp], columns=X.columns, index=['importance'])
