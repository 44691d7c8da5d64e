"""Turns the values into text on the way.

Misconception: dtype
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = np.random.permutation(df[feature].astype(str))
    return permuted_df
