"""Takes the feature's information away by a constant instead of a permutation.

Misconception: constant
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = df[feature].mean() if df[feature].dtype != object else 'unknown'
    return permuted_df
