"""The judge's own model, metric and orders, in plain numpy, and scores that known mistakes use.

Frames may have any number of leading axes: (..., rows, features) yields predictions (..., rows) and
performances (...).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from util.answering.record import Record

Array = npt.NDArray[Any]


def probabilities(challenge: Record, frames: Array) -> Array:
    """Return the model's probabilities of class 1."""
    return np.asarray(1 / (1 + np.exp(-frames @ challenge.arrays["coefficients"])))


def measure(challenge: Record, truth: Array, predictions: Array) -> Array:
    """Compute the metric, which weights its two arguments, and every row, differently."""
    arrays = challenge.arrays
    squares = arrays.get("square_weights", np.zeros(len(arrays["y"])))
    weights = arrays["prediction_weights"]
    return np.asarray(
        truth @ arrays["truth_weights"] + predictions @ weights + predictions**2 @ squares
    )


def posed_frames(challenge: Record) -> Array:
    """Return the data in the challenge's orders, shape (features, samples, rows, features)."""
    X, orders = challenge.arrays["X"], challenge.arrays["orders"]
    frames = np.tile(X, (*orders.shape[:2], 1, 1))
    for place in range(X.shape[1]):
        frames[place, :, :, place] = X[orders[place], place]
    return frames


@dataclass(frozen=True)
class Measurement:
    """Measurements on the original data and on permuted frames.

    Attributes:
        challenge: The challenge.
        frames: Permuted frames, shape (features, samples, rows, features).
    """

    challenge: Record
    frames: Array

    @property
    def y(self) -> Array:
        """The truth, shape (rows,)."""
        return self.challenge.arrays["y"]

    @cached_property
    def before(self) -> Array:
        """Probabilities on the original data, shape (rows,)."""
        return probabilities(self.challenge, self.challenge.arrays["X"])

    @cached_property
    def after(self) -> Array:
        """Probabilities on the permuted frames, shape (features, samples, rows)."""
        return probabilities(self.challenge, self.frames)

    @cached_property
    def baseline(self) -> float:
        """The performance on the original data."""
        return float(measure(self.challenge, self.y, self.before))

    @cached_property
    def performances(self) -> Array:
        """The performances on permuted frames, shape (features, samples)."""
        return measure(self.challenge, self.y, self.after)

    @property
    def means(self) -> Array:
        """The mean performance per feature, shape (features,)."""
        return np.asarray(self.performances.mean(axis=1))

    @property
    def right(self) -> Array:
        """The correct importances, shape (features,)."""
        return np.abs(self.baseline - self.means)

    def measured(self, predictions: Array) -> Array:
        """Compute the performance of other predictions."""
        return measure(self.challenge, self.y, predictions)


def concordance(truth: Array, predictions: Array) -> Array:
    """Share of pairs with different outcomes that the predictions put in the right order.

    This is the lesson's c-index, and the area under the ROC curve.
    """
    ones, zeros = predictions[..., truth == 1], predictions[..., truth == 0]
    difference = ones[..., :, None] - zeros[..., None, :]
    return np.asarray(((difference > 0) + 0.5 * (difference == 0)).mean(axis=(-2, -1)))


def accuracy(truth: Array, predictions: Array) -> Array:
    """Share of rows whose likelier class is the true one."""
    return np.asarray(((predictions > 0.5) == truth).mean(axis=-1))
