"""Takes a second name for a copy.

Misconception: in_place
"""


def permute_feature(df, feature):
    permuted_df = df
    permuted_features = np.random.permutation(df[feature])
    permuted_df[feature] = permuted_features
    return permuted_df
