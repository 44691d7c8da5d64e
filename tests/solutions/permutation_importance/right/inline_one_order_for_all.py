"""Draws one order per sample and uses it for each feature in turn, which is fair for each."""


def permutation_importance(X, y, model, metric, num_samples=100):
    baseline = metric(y, model.predict_proba(X)[:, 1])
    sums = dict.fromkeys(X.columns, 0.0)
    for _ in range(num_samples):
        order = np.random.permutation(len(X))
        for feature in X.columns:
            perm_X = X.copy()
            perm_X[feature] = X[feature].values[order]
            sums[feature] += metric(y, model.predict_proba(perm_X)[:, 1])
    return pd.DataFrame({f: [abs(baseline - s / num_samples)] for f, s in sums.items()}, index=['importance'])
