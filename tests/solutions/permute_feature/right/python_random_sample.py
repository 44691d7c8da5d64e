"""Draws all values without replacement with the standard library."""


from random import sample


def permute_feature(df, feature):
    values = df[feature].tolist()
    return df.assign(**{feature: sample(values, k=len(values))})
