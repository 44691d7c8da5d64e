"""Draws new values of the same mean and spread where the column is numeric.

Misconception: other_values
"""


def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    col = pd.to_numeric(df[feature], errors='coerce')
    permuted_df[feature] = np.random.normal(col.mean(), col.std(), size=len(df))
    return permuted_df
