"""Draws as many values as there are, none twice."""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_features = np.random.choice(df[feature], size=len(df), replace=False)
    permuted_df[feature] = permuted_features
    return permuted_df
