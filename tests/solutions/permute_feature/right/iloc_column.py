"""Writes the column by its position."""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    col = df.columns.get_loc(feature)
    permuted_df.isetitem(col, np.random.permutation(df.iloc[:, col]))
    return permuted_df
