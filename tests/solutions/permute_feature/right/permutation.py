"""Assigns an array from np.random.permutation to a copy; the lesson's own way."""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = np.random.permutation(df[feature])
    return permuted_df
