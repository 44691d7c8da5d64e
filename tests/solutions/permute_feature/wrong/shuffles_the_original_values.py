"""Shuffles the caller's values where they lie and returns the copy made before.

Misconception: in_place
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    values = df[feature].values
    np.random.shuffle(values)
    return permuted_df
