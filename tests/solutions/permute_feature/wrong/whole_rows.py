"""Shuffles the rows of the whole frame, so that the feature stays with the others.

Misconception: whole_rows
"""


def permute_feature(df, feature):
    permuted_df = df.sample(frac=1)
    return permuted_df
