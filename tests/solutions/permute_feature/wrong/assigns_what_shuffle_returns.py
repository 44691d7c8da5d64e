"""Assigns the result of np.random.shuffle, which is None.

Misconception: emptied
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_features = np.random.shuffle(df[feature].values)
    permuted_df[feature] = permuted_features
    return permuted_df
