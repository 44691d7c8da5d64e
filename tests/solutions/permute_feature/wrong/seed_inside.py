"""Seeds inside the function, so that every call gives the same order.

Misconception: same_order
"""


def permute_feature(df, feature):
    np.random.seed(0)
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = np.random.permutation(df[feature])
    return permuted_df
