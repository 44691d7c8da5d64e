"""Shuffles a copy of the values in place, then assigns it."""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_features = df[feature].to_numpy(copy=True)
    np.random.shuffle(permuted_features)
    permuted_df[feature] = permuted_features
    return permuted_df
