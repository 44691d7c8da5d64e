"""Samples four rows in five.

Misconception: rows
"""


def permute_feature(df, feature):
    permuted_df = df.sample(frac=0.8).copy()
    permuted_df[feature] = np.random.permutation(permuted_df[feature])
    return permuted_df
