"""Wraps the permuted values in a Series with an index of its own.

Misconception: aligned
"""


def permute_feature(df, feature):
    permuted_df = df.copy()
    permuted_df[feature] = pd.Series(np.random.permutation(df[feature]))
    return permuted_df
