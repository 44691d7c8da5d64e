"""Takes the metric of the truth with itself for the baseline.

Misconception: baseline_of_truth
"""


def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=['importance'], columns=X.columns)
    baseline_performance = metric(y, y)
    for feature in importances.columns:
        feature_performance_arr = np.zeros(num_samples)
        for i in range(num_samples):
            perm_X = permute_feature(X, feature)
            feature_performance_arr[i] = metric(y, model.predict_proba(perm_X)[:, 1])
        importances.loc['importance', feature] = abs(baseline_performance - np.mean(feature_performance_arr))
    return importances
