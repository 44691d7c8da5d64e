"""Permutes the permuted column of the same feature again, which is as random."""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline_performance = metric(y, model.predict_proba(X)[:, 1])
    for feature in importances.columns:
        perf = np.zeros(num_samples)
        perm_X = X.copy()
        for i in range(num_samples):
            perm_X = permute_feature(perm_X, feature)
            perf[i] = metric(y, model.predict_proba(perm_X)[:, 1])
        importances.loc['importance', feature] = abs(baseline_performance - np.mean(perf))
    return importances
