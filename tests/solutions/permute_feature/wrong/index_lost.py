"""Resets the index, so that rows can no longer be matched with the outcome.

Misconception: index
"""


def permute_feature(df, feature):
    permuted_df = df.reset_index(drop=True)
    permuted_df[feature] = np.random.permutation(df[feature])
    return permuted_df
