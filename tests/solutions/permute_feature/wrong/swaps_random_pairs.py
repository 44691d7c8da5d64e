"""As many exchanges of random pairs as there are rows: about one value in seven is never touched.

Misconception: few_moved
"""


def permute_feature(df, feature):
    values = df[feature].tolist()
    n = len(values)
    for _ in range(n):
        i = np.random.randint(n)
        j = np.random.randint(n)
        values[i], values[j] = values[j], values[i]
    permuted_df = df.copy()
    permuted_df[feature] = values
    return permuted_df
