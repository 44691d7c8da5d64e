"""Seeds with the time in seconds: all calls of a second give one order.

Misconception: same_order
"""


import time


def permute_feature(df, feature):
    rng = np.random.default_rng(int(time.time()))
    return df.assign(**{feature: rng.permutation(df[feature])})
