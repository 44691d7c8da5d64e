"""Exchanges the values of two random rows and leaves all others.

Misconception: few_moved
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    values = df[feature].to_numpy(copy=True)
    i, j = np.random.choice(len(values), 2, replace=False)
    values[i], values[j] = values[j], values[i]
    permuted_df[feature] = values
    return permuted_df
