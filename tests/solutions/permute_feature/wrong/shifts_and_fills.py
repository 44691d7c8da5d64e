"""Shifts the Series and fills the hole with the neighbour's value.

Misconception: shifted
"""


def permute_feature(df, feature):
    shuffled = df[feature].shift(-1).ffill()
    return df.assign(**{feature: shuffled})
