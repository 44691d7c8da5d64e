"""Draws again when the order happens to be the old one, so that it never comes up.

Misconception: never_unchanged
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_features = np.random.permutation(df[feature])
    while (permuted_features == df[feature].values).all() and df[feature].nunique() > 1:
        permuted_features = np.random.permutation(df[feature])
    permuted_df[feature] = permuted_features
    return permuted_df
