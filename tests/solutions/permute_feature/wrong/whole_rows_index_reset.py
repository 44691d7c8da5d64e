"""Shuffles whole rows and gives them the old index, so that it does not show.

Misconception: whole_rows
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    order = np.random.permutation(len(df))
    permuted_df = permuted_df.iloc[order].set_index(df.index)
    return permuted_df
