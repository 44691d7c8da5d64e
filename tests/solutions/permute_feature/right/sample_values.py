"""Shuffles with sample and takes the bare values, so that nothing is aligned."""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = df[feature].sample(frac=1).values
    return permuted_df
