"""Returns the permuted values and not the frame.

Misconception: type
"""


def permute_feature(df, feature):
    permuted_features = np.random.permutation(df[feature])
    return permuted_features
