"""Sets an attribute of the frame, which is no column of it.

Misconception: unchanged
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df.feature = np.random.permutation(df[feature])
    return permuted_df
