"""Rotates the column by a random number of rows: neighbours stay neighbours.

Misconception: rotated
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    shift = np.random.randint(1, len(df))
    permuted_df[feature] = np.roll(df[feature].values, shift)
    return permuted_df
