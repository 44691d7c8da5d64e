"""Assigns the permuted index instead of the permuted values.

Misconception: index_labels
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = np.random.permutation(df[feature].index)
    return permuted_df
