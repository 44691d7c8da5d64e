"""Cuts the column into ten pieces and shuffles the pieces.

Misconception: neighbours
"""


def permute_feature(df, feature):
    chunks = np.array_split(df[feature].to_numpy(), 10)
    order = np.random.permutation(len(chunks))
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = np.concatenate([chunks[k] for k in order])
    return permuted_df
