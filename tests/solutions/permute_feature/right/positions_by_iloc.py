"""Permutes positions and looks the values up by them."""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    order = np.random.permutation(len(df))
    permuted_df[feature] = df[feature].iloc[order].values
    return permuted_df
