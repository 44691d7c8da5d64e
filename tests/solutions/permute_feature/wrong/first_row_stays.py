"""Shuffles all rows but the first: the slice begins at 1.

Misconception: unfair
"""

import random


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    values = df[feature].tolist()
    rest = values[1:]
    random.shuffle(rest)
    permuted_df[feature] = values[:1] + rest
    return permuted_df
