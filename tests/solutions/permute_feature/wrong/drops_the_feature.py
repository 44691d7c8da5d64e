"""Removes the feature, as one does for drop-column importance.

Misconception: feature_dropped
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_features = np.random.permutation(permuted_df.pop(feature))
    return permuted_df
