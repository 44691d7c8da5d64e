"""Challenges of exercise 4: inputs that distinguish all known mistakes, whoever permutes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from util.answering.record import Record
from util.hidden_tests.permutation_importance.mistakes import TOLERANCE, mistaken
from util.hidden_tests.permutation_importance.stand_ins import Measurement, posed_frames

Array = npt.NDArray[Any]

_MARGIN = 0.02
"""Minimum difference of each known mistake from the correct result, in some feature."""

_APART = 4 * TOLERANCE
"""Minimum difference between two known mistakes, and between rounding and the correct result."""

_TRIED = 200
"""Number of permutations per feature that are tried to see whether any permutation will do."""

_WORDS = ("Age", "Dose", "Body mass", "Iron", "Pulse", "Site", "Sodium", "Visits", "Weight")


def pose(rng: np.random.Generator) -> Record:
    """Draw data, coefficients, a metric and orders that tell all known mistakes apart."""
    while True:
        challenge = _draw(rng)
        if _any_permutation_will_do(challenge, rng) and _mistakes_are_apart(challenge):
            return challenge


def _mistakes_are_apart(challenge: Record) -> bool:
    right = Measurement(challenge, posed_frames(challenge)).right
    wrong = mistaken(challenge)
    margins = {name: np.abs(values - right).max() for name, values in wrong.items()}
    # Rounding to two decimals moves no value by more than 0.005.
    if margins.pop("rounded") < _APART or min(margins.values()) < _MARGIN:
        return False
    # The importances must be distinct, or exchanged names would go unnoticed, and must not be in
    # order, or sorting them would make no difference.
    steps = np.diff(right)
    if np.diff(np.sort(right)).min() < _APART or (steps > 0).all() or (steps < 0).all():
        return False
    values = np.array(list(wrong.values()))
    gaps = np.abs(values[:, None] - values[None]).max(axis=2)
    np.fill_diagonal(gaps, np.inf)
    return bool(gaps.min() > _APART)


def _any_permutation_will_do(challenge: Record, rng: np.random.Generator) -> bool:
    """Return whether mistakes show in every solution that permutes by itself, for any orders.

    On the mean of num_samples permutations, permuting one feature must improve the performance and
    permuting another must lower it, or a sign that was kept would go unnoticed. For two features,
    single performances must rise as often as they fall, or the mean of absolute differences would
    equal the difference of the means.
    """
    X = challenge.arrays["X"]
    frames = np.tile(X, (X.shape[1], _TRIED, 1, 1))
    for place in range(X.shape[1]):
        frames[place, :, :, place] = rng.permuted(frames[place, :, :, place], axis=1)
    measurement = Measurement(challenge, frames)
    changes = measurement.performances - measurement.baseline
    error = changes.std(axis=1) / np.sqrt(challenge.data["num_samples"])
    harmful = changes.mean(axis=1) - 6 * error > _MARGIN
    helpful = changes.mean(axis=1) + 6 * error < -_MARGIN
    better = (changes > 0).mean(axis=1)
    balanced = (better > 0.4) & (better < 0.6)
    return bool(harmful.any() and helpful.any() and balanced.sum() >= 2)


def _draw(rng: np.random.Generator) -> Record:
    rows, features, samples = (
        int(rng.integers(14, 19)),
        int(rng.integers(4, 6)),
        int(rng.integers(11, 14)),
    )
    X = _distinct(rng, rows, features)
    coefficients = rng.normal(scale=1.5, size=features)
    squares = rng.normal(size=rows) / rows * 4
    # Permuting one feature raises the metric, another lowers it, the others do either.
    wanted = np.zeros(features)
    wanted[rng.permutation(features)[:2]] = rng.uniform(1.0, 1.5, size=2) * (1, -1)
    weights = _weights(X, coefficients, squares, wanted, rng.normal(size=rows) / rows * 4)
    names = [str(name) for name in rng.choice(_WORDS, size=features, replace=False)]
    orders = np.array(
        [[rng.permutation(rows) for _ in range(samples)] for _ in range(features)], dtype=np.int64
    )
    return Record(
        {"features": names, "num_samples": samples},
        {
            "X": X,
            "y": rng.permutation(np.arange(rows) % 2).astype(np.float64),
            "coefficients": coefficients,
            "truth_weights": rng.normal(size=rows) / rows * 4,
            "prediction_weights": weights,
            "square_weights": squares,
            "orders": orders,
        },
    )


def _distinct(rng: np.random.Generator, rows: int, features: int) -> Array:
    """Draw data without repeated values in a column, so that its order can be reconstructed."""
    while True:
        X = np.round(rng.normal(size=(rows, features)), 4)
        if all(len(np.unique(column)) == rows for column in X.T):
            return X


def _weights(X: Array, coefficients: Array, squares: Array, wanted: Array, near: Array) -> Array:
    """Return weights of predictions for which permutations move the metric, on average, as wanted.

    Args:
        X: Data, shape (rows, features).
        coefficients: The model's coefficients, shape (features,).
        squares: Weights of squared predictions, shape (rows,).
        wanted: Mean change of the metric over all permutations of a feature, shape (features,).
        near: Weights to which the returned weights are the closest, shape (rows,).
    """
    scores = X @ coefficients
    # Over all permutations, every value of a column occurs in every row equally often.
    moves = coefficients[:, None, None] * (X.T[:, None, :] - X.T[:, :, None])
    after, before = 1 / (1 + np.exp(-scores[:, None] - moves)), 1 / (1 + np.exp(-scores))
    change = after.mean(axis=2) - before
    change_of_squares = (after**2).mean(axis=2) - before**2
    missing = wanted - change_of_squares @ squares - change @ near
    return np.asarray(near + np.linalg.pinv(change) @ missing)
