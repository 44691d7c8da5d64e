"""Moves all values down by one row, the last to the top.

Misconception: shifted
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = np.roll(df[feature], 1)
    return permuted_df
