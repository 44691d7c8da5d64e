"""A small example for exercise 4's visible test that tells common mistakes apart.

On the lesson's own example a forgotten absolute value makes no visible difference. Here model,
metric and orders are fixed, so that each way of computing gives distinct values. The values are
stored as numbers, because the student is to write the formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from util.answering.notebook import Here
from util.answering.permutation_importance import answer
from util.answering.record import Record

Array = npt.NDArray[Any]

DATA = {"features": ["one", "two"], "num_samples": 3}
ARRAYS = {
    "X": np.array([[2.0, -2.0], [0.0, 0.0], [-2.0, 0.0], [2.0, 3.0], [1.0, -3.0]]),
    "y": np.array([0.0, 1.0, 0.0, 1.0, 1.0]),
    "coefficients": np.array([1.0, -1.0]),
    "truth_weights": np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
    "prediction_weights": np.array([1.0, -2.0, 3.0, -1.0, 2.0]),
    "orders": np.array(
        [
            [[4, 1, 3, 0, 2], [3, 2, 4, 0, 1], [4, 2, 0, 3, 1]],
            [[2, 3, 4, 0, 1], [2, 0, 1, 3, 4], [3, 4, 2, 0, 1]],
        ]
    ),
}

RIGHT = (2.4166, 0.7572)
KNOWN = {
    "Take the absolute value: importances came out negative.": (-2.4166, 0.7572),
    "Take the mean of the performances first, then one absolute difference.": (2.4166, 1.7068),
    "Average over all samples: only the last one counts so far.": (2.9581, 2.8332),
    "Use predict_proba as the baseline does, not predict.": (3.9653, 0.3680),
    "Take the difference from the baseline, not the ratio to it.": (0.8436, 1.0617),
    "Take the difference alone; do not divide it by the baseline.": (0.1854, 0.0581),
    "Take the absolute value, not the square.": (5.8399, 0.5733),
    "Take the difference from the baseline: a performance alone came out.": (15.4513, 12.2775),
    "Take the mean of the performances, not their sum.": (33.3192, 23.7979),
    "Take the mean of the performances, not their median.": (2.5383, 0.8628),
    "Average over num_samples performances: there are 3, and 100 counted.": (12.5712, 12.6664),
    "Measure the permuted data: those that came in were measured again.": (0.0, 0.0),
    "Permute X anew for each sample: permutations pile up in it.": (1.4001, 0.9101),
    "Use the same column of predict_proba as the baseline.": (3.4860, 0.3123),
    "Give the metric truth first and predictions second.": (4.6180, 4.0837),
    "Use the argument metric, not a function of the notebook.": (12.8958, 12.3125),
}
"""Advice on each common mistake, with the importances that the mistake gives."""

OTHER = "Look at the two formulas again."


def advice(function: Callable[..., Any]) -> str | None:
    """Return what to change in a ``permutation_importance``, or None if it is correct.

    A function that shuffles by itself instead of calling ``permute_feature`` does not use the fixed
    orders, so the result is None for it, too.
    """
    answered = answer(Here(function), Record(DATA, ARRAYS))
    about, values = answered.data, answered.arrays.get("values")
    if sum(about["permuted"]) == 0 or values is None:
        return None
    if values.shape != (1, 2):
        return f"{OTHER} On five people the result has shape {values.shape}; expected (1, 2)."
    # Values rounded to three decimals are correct, too.
    if np.allclose(values[0], RIGHT, rtol=0, atol=1e-3):
        return None
    said = next((text for text, known in KNOWN.items() if _equal(values[0], known)), OTHER)
    one, two = values[0]
    return (
        f"{said} On five people and with a metric of its own your importances are {one:.3f} and "
        f"{two:.3f}; expected {RIGHT[0]:.3f} and {RIGHT[1]:.3f}."
    )


def _equal(values: Array, known: tuple[float, float]) -> bool:
    return bool(np.allclose(values, known, rtol=0, atol=1e-3))
