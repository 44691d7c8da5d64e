"""Adds noise to the values where they are numbers.

Misconception: other_values
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    if df[feature].dtype == float:
        permuted_df[feature] = df[feature] + np.random.randn(len(df)) * df[feature].std()
    else:
        permuted_df[feature] = np.random.permutation(df[feature])
    return permuted_df
