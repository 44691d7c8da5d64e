# A syntax error in exercise 3.
# like: ada
# %% UNQ_C3
def permute_feature(df, feature):
    permuted_df = df.copy(deep=True
    return permuted_df
