# The same order every time, and the mean of absolute differences.
# like: ada
# %% UNQ_C3
def permute_feature(df, feature):
    np.random.seed(0)
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = np.random.permutation(df[feature])
    return permuted_df
# %% UNQ_C4
def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=["importance"], columns=X.columns)

    baseline_performance = metric(y, model.predict_proba(X)[:, 1])

    for feature in importances.columns:
        feature_performance_arr = np.zeros(num_samples)

        for i in range(num_samples):
            perm_X = permute_feature(X, feature)

            feature_performance_arr[i] = metric(y, model.predict_proba(perm_X)[:, 1])

        importances.loc["importance", feature] = np.mean(abs(baseline_performance - feature_performance_arr))

    return importances
