"""Forgets to return the frame.

Misconception: nothing_returned
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = np.random.permutation(df[feature])
