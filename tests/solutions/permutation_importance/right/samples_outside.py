"""Loops over samples outside and over features inside."""


def permutation_importance(X, y, model, metric, num_samples=100):
    features = list(X.columns)
    perf = np.empty((num_samples, len(features)))
    for i in range(num_samples):
        for j, feature in enumerate(features):
            perf[i, j] = metric(y, model.predict_proba(permute_feature(X, feature))[:, 1])
    baseline = metric(y, model.predict_proba(X)[:, 1])
    values = np.abs(baseline - perf.mean(axis=0))
    return pd.DataFrame(values.reshape(1, -1), index=['importance'], columns=features)
