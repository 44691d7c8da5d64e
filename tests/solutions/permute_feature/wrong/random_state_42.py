"""Fixes random_state in sample, so that every call gives the same order.

Misconception: same_order
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = df[feature].sample(frac=1, random_state=42).values
    return permuted_df
