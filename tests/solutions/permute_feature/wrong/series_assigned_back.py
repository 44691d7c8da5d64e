"""Assigns a shuffled Series back: pandas aligns it by its index, which undoes the shuffle.

Misconception: unchanged
"""


def permute_feature(df, feature):
    permuted_df = df.copy()
    permuted_df[feature] = df[feature].sample(frac=1)
    return permuted_df
