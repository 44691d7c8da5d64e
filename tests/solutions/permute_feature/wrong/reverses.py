"""Turns the column upside down.

Misconception: reversed
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = df[feature].values[::-1]
    return permuted_df
