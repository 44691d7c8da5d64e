"""Shuffles the first half of the rows only.

Misconception: few_moved
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    values = df[feature].to_numpy(copy=True)
    half = len(values) // 2
    values[:half] = np.random.permutation(values[:half])
    permuted_df[feature] = values
    return permuted_df
