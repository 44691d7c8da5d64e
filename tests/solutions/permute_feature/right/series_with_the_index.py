"""Builds a Series with the frame's own index."""


def permute_feature(df: pd.DataFrame, feature: str) -> pd.DataFrame:
    permuted = pd.Series(np.random.permutation(df[feature]), index=df.index)
    new_df = df.copy()
    new_df.loc[:, feature] = permuted
    return new_df
