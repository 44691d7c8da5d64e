"""Writes to a column that is called 'feature', and not to the one that the argument names.

Misconception: extra_column
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df['feature'] = np.random.permutation(df[feature])
    return permuted_df
