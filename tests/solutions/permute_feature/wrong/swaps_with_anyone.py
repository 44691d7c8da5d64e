"""Exchanges every row with any row, the well-known biased version of the Fisher-Yates shuffle.

Misconception: unfair
"""


import random


def permute_feature(df, feature):
    values = list(df[feature])
    for i in range(len(values)):
        j = random.randrange(len(values))
        values[i], values[j] = values[j], values[i]
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = values
    return permuted_df
