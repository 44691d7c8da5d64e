"""Lets scikit-learn shuffle the values."""


from sklearn.utils import shuffle


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = shuffle(df[feature].values)
    return permuted_df
