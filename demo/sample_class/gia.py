# Omits the absolute value.
# like: ada
# %% UNQ_C4
def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=["importance"], columns=X.columns)

    baseline_performance = metric(y, model.predict_proba(X)[:, 1])

    for feature in importances.columns:
        feature_performance_arr = np.zeros(num_samples)

        for i in range(num_samples):
            perm_X = permute_feature(X, feature)

            feature_performance_arr[i] = metric(y, model.predict_proba(perm_X)[:, 1])

        importances.loc["importance", feature] = baseline_performance - np.mean(feature_performance_arr)

    return importances
