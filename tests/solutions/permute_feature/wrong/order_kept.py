"""Draws an order once and keeps it for the next calls, to save time.

Misconception: same_order
"""

ORDERS = {}


def permute_feature(df, feature):
    if len(df) not in ORDERS:
        ORDERS[len(df)] = np.random.permutation(len(df))
    permuted_df = df.copy(deep=True)
    permuted_df[feature] = df[feature].to_numpy()[ORDERS[len(df)]]
    return permuted_df
