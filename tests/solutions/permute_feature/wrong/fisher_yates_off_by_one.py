"""A Fisher-Yates shuffle that never lets a value keep its place (Sattolo's cycle).

Misconception: none_stays
"""


from random import randint


def permute_feature(df, feature):
    values = list(df[feature])
    for i in range(len(values) - 1, 0, -1):
        j = randint(0, i - 1)
        values[i], values[j] = values[j], values[i]
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = values
    return permuted_df
