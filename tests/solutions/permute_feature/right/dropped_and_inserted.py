"""Takes the column out and puts its permuted values back at its place."""


def permute_feature(df, feature):
    place = list(df.columns).index(feature)
    permuted_df = df.drop(columns=[feature])
    permuted_df.insert(place, feature, np.random.permutation(df[feature]))
    return permuted_df
