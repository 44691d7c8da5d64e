"""As many exchanges of random pairs as there are rows: about one value in seven is never touched.

Misconception: few_moved
"""


def permute_feature(df, feature):
    values = df[feature].tolist()
    n = len(values)
    for i, j in np.random.randint(n, size=(n, 2)):
        values[i], values[j] = values[j], values[i]
    permuted_df = df.copy()
    permuted_df[feature] = values
    return permuted_df
