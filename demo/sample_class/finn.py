# Permutes the passed data frame in place.
# like: ada
# %% UNQ_C3
def permute_feature(df, feature):
    df[feature] = np.random.permutation(df[feature])
    return df
