"""Permutes what was permuted already, which is one fair permutation."""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = np.random.permutation(permuted_df[feature])
    permuted_df[feature] = np.random.permutation(permuted_df[feature])
    return permuted_df
