"""Shuffles the whole frame and takes only the one column of it."""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = df.sample(frac=1)[feature].values
    return permuted_df
