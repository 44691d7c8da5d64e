"""Orders the values by random numbers, one for each."""


def permute_feature(df, feature):
    order = np.argsort(np.random.rand(len(df)))
    permuted_df = df.copy()
    permuted_df[feature] = permuted_df[feature].to_numpy()[order]
    return permuted_df
