"""Shuffles a Python list with the standard library."""


import random


def permute_feature(df, feature):
    out = df.copy()
    values = list(df[feature])
    random.shuffle(values)
    out[feature] = values
    return out
