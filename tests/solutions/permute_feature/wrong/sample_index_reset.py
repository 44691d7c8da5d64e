"""Resets the index of the shuffled Series: on a frame whose index is not a range, assigning it
loses the values.

Misconception: aligned
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = df[feature].sample(frac=1).reset_index(drop=True)
    return permuted_df
