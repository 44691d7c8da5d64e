"""Sorts the values, which is one order and not a random one.

Misconception: sorted
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = sorted(df[feature])
    return permuted_df
