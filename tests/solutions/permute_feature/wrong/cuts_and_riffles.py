"""Cuts the column in two and mixes the halves as one does with cards, once.

Misconception: neighbours
"""


def permute_feature(df, feature):
    values = df[feature].tolist()
    cut = np.random.binomial(len(values), 0.5)
    left, right, mixed = values[:cut], values[cut:], []
    while left or right:
        first = np.random.rand() < len(left) / (len(left) + len(right))
        mixed.append(left.pop(0) if first else right.pop(0))
    return df.assign(**{feature: mixed})
