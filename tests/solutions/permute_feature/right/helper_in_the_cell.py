"""Leaves the drawing to a helper that is defined in the same cell."""


def shuffled(values):
    order = np.random.permutation(values.shape[0])
    return values[order]


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = shuffled(df[feature].to_numpy())
    return permuted_df
