"""Draws a seed from ten before each shuffle, so that there are only ten orders.

Misconception: same_order
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    order = np.random.RandomState(np.random.randint(10)).permutation(len(df))
    permuted_df[feature] = df[feature].to_numpy()[order]
    return permuted_df
