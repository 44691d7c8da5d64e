"""Takes a bootstrap sample of the column.

Misconception: resampled
"""


def permute_feature(df, feature):
    out = df.copy()
    idx = np.random.randint(0, len(df), len(df))
    out[feature] = df[feature].to_numpy()[idx]
    return out
