"""Shuffles the Series and gives it the frame's index before assigning it."""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    shuffled = df[feature].sample(frac=1)
    shuffled.index = df.index
    permuted_df[feature] = shuffled
    return permuted_df
