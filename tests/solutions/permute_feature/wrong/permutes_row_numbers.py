"""Assigns permuted positions instead of the values at them.

Misconception: positions
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_features = np.random.permutation(len(df[feature]))
    permuted_df[feature] = permuted_features
    return permuted_df
