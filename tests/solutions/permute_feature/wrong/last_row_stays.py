"""Shuffles all rows but the last: the loop ends one too early.

Misconception: unfair
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    values = df[feature].to_numpy(copy=True)
    values[:-1] = np.random.permutation(values[:-1])
    permuted_df[feature] = values
    return permuted_df
