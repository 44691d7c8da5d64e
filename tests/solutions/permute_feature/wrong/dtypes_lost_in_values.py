"""Goes through df.values, which makes one array of all columns and loses their dtypes.

Misconception: dtype
"""


def permute_feature(df, feature):
    values = df.values.copy()
    col = list(df.columns).index(feature)
    np.random.shuffle(values[:, col])
    return pd.DataFrame(values, columns=df.columns, index=df.index)
