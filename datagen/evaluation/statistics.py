"""Areas under the ROC curve and shares, with their confidence intervals."""

import math

import numpy as np
from scipy.stats import rankdata

NORMAL_95 = 1.959963984540054
"""Quantile of the normal distribution for a two-sided interval of 95 %."""


def area_under_curve(labels: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Compute the area under the ROC curve of each column.

    It is the probability that a random radiograph with the finding scores higher than one
    without, ties counting half: the Mann-Whitney statistic, computed from ranks.

    Args:
        labels: 0 or 1, shape (n, k).
        scores: Any numbers, shape (n, k).

    Returns:
        Shape (k,); NaN where all labels are equal.
    """
    labels = np.asarray(labels) > 0
    positives = labels.sum(axis=0)
    negatives = len(labels) - positives
    ranks = rankdata(scores, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rank_sums = (ranks * labels).sum(axis=0)
        return (rank_sums - positives * (positives + 1) / 2) / (positives * negatives)


def bootstrap_areas(
    labels: np.ndarray, scores: np.ndarray, resamples: int = 1000, seed: int = 0
) -> np.ndarray:
    """Compute the areas of bootstrap samples, drawn with replacement.

    Args:
        labels: 0 or 1, shape (n, k).
        scores: Shape (n, k).
        resamples: Number of bootstrap samples.
        seed: Seed of the sampling.

    Returns:
        Shape (resamples, k). Percentiles along the first axis bound the areas (Efron, 1979).
    """
    rng = np.random.default_rng(seed)
    areas = np.empty((resamples, labels.shape[1]))
    for row in areas:
        chosen = rng.integers(0, len(labels), len(labels))
        row[:] = area_under_curve(labels[chosen], scores[chosen])
    return areas


def wilson_interval(hits: int, trials: int) -> tuple[float, float]:
    """Compute the 95 % interval of a share (Wilson, 1927), which stays valid near 0 and 1.

    Args:
        hits: Number of successes.
        trials: Number of trials; without any the interval is 0 to 1.
    """
    if not 0 <= hits <= trials:
        raise ValueError(f"Hits lie between 0 and the {trials} trials, got {hits}.")
    if trials == 0:
        return 0.0, 1.0
    share, z2 = hits / trials, NORMAL_95**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = (
        NORMAL_95
        / (1 + z2 / trials)
        * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    )
    return max(0.0, middle - half), min(1.0, middle + half)
