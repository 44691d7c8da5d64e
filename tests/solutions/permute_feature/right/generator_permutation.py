"""Draws from a new-style generator made once for the notebook."""


rng = np.random.default_rng()


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = rng.permutation(df[feature].to_numpy())
    return permuted_df
