"""Permutes the first column, whichever feature is asked for.

Misconception: another_column
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    name = df.columns[0]
    permuted_df[name] = np.random.permutation(df[name])
    return permuted_df
