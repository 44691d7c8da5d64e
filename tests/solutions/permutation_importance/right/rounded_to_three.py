"""Rounds to three decimals for display."""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns, dtype=float)
    baseline_performance = metric(y, model.predict_proba(X)[:, 1])
    for feature in importances.columns:
        arr = np.zeros(num_samples)
        for i in range(num_samples):
            arr[i] = metric(y, model.predict_proba(permute_feature(X, feature))[:, 1])
        importances.loc['importance', feature] = round(abs(baseline_performance - np.mean(arr)), 3)
    return importances
