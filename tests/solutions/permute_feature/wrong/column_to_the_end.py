"""Drops the column and appends the permuted one at the end.

Misconception: column_order
"""


def permute_feature(df, feature):
    permuted_df = df.drop(feature, axis=1)
    permuted_df[feature] = np.random.permutation(df[feature])
    return permuted_df
