"""Prints a permuted frame before the work begins, so that one permutation more is drawn."""


def permutation_importance(X, y, model, metric, num_samples=100):
    print(permute_feature(X, X.columns[0]).head())
    baseline = metric(y, model.predict_proba(X)[:, 1])
    out = pd.DataFrame(index=['importance'], columns=X.columns)
    for c in X.columns:
        p = np.array([metric(y, model.predict_proba(permute_feature(X, c))[:, 1]) for k in range(num_samples)])
        out.loc['importance', c] = np.abs(baseline - p.mean())
    return out
