"""Shifts the Series, which leaves a hole at the top.

Misconception: shifted
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = df[feature].shift(1)
    return permuted_df
