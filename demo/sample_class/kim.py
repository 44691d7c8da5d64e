# Prints a huge amount of output; the answers are correct.
# like: ada
# %% UNQ_C3
def permute_feature(df, feature):
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = np.random.permutation(df[feature])
    return permuted_df


for line in range(200_000):
    print(line, "x" * 100)
