"""Returns a frame of the permuted column alone.

Misconception: feature_only
"""


def permute_feature(df, feature):
    permuted_df = df[[feature]].copy()
    permuted_df[feature] = np.random.permutation(permuted_df[feature])
    return permuted_df
