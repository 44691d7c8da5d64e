"""Seeds once, outside the function, which keeps every call random."""


np.random.seed(42)


def permute_feature(df, feature):
    result = df.copy()
    result[feature] = np.random.permutation(result[feature].values)
    return result
