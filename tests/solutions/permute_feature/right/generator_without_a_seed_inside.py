"""Makes a generator in every call, from fresh entropy."""


def permute_feature(df, feature):
    rng = np.random.default_rng()
    arr = df[feature].to_numpy().copy()
    rng.shuffle(arr)
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = arr
    return permuted_df
