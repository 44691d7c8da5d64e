"""Permutes the frame that was passed in, and returns it.

Misconception: in_place
"""


def permute_feature(df, feature):
    df[feature] = np.random.permutation(df[feature])
    return df
