"""Shuffles every column, each by itself.

Misconception: every_column
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    for col in permuted_df.columns:
        permuted_df[col] = np.random.permutation(df[col])
    return permuted_df
