"""Draws with replacement, so that values are lost and doubled.

Misconception: resampled
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = np.random.choice(df[feature], size=len(df))
    return permuted_df
