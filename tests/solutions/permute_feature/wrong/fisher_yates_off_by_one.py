"""A Fisher-Yates shuffle that never lets a value keep its place (Sattolo's cycle).

Misconception: none_stays
"""


def permute_feature(df, feature):
    values = list(df[feature])
    for i in range(len(values) - 1, 0, -1):
        j = np.random.randint(0, i)
        values[i], values[j] = values[j], values[i]
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = values
    return permuted_df
