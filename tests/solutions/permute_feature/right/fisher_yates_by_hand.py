"""Writes the Fisher-Yates shuffle out; slow, and fair."""


def permute_feature(df, feature):
    values = df[feature].tolist()
    # walk backwards, swap with anything at or before i
    draws = np.random.random(len(values))
    for i in range(len(values) - 1, 0, -1):
        j = int(draws[i] * (i + 1))
        values[i], values[j] = values[j], values[i]
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = values
    return permuted_df
