"""Takes values out of a list one by one at random; slow, and fair."""


import random


def permute_feature(df, feature):
    left = list(df[feature])
    drawn = []
    while left:
        drawn.append(left.pop(random.randrange(len(left))))
    permuted_df = df.copy()
    permuted_df[feature] = drawn
    return permuted_df
