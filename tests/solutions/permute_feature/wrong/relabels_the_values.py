"""Exchanges values for each other instead of rows: equal values stay equal.

Misconception: relabelled
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    old = df[feature].unique()
    new = dict(zip(old, np.random.permutation(old)))
    permuted_df[feature] = [new[v] for v in df[feature]]
    return permuted_df
