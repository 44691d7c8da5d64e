"""Returns the frame and the values as a pair.

Misconception: type
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_features = np.random.permutation(df[feature])
    permuted_df[feature] = permuted_features
    return permuted_df, permuted_features
