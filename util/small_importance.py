"""A small example for exercise 4's visible test, on which the usual mistakes differ.

On the lesson's own example a forgotten absolute value makes no difference that one could see.
Here model, metric and orders are laid down, so that each way of computing gives numbers of its
own. They are written down as numbers: the formulas are for the student to write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from util.answering.permutation_importance import answer

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
}
"""What to do, by the importances that tell that it was not done."""

OTHER = (
    "Look at the two formulas again: on a small example your importances are not what they give."
)


def advice(function: Callable[..., Any]) -> str | None:
    """What to change in a ``permutation_importance``, or None where it is right.

    A function that shuffles by itself instead of calling ``permute_feature`` has orders of its
    own here, and nothing is said of it.
    """
    said, arrays = answer(function, {}, DATA, ARRAYS)
    values = arrays.get("values")
    if sum(said["permuted"]) == 0 or values is None:
        return None
    # Rounded to three decimals is right too.
    if values.shape == (1, 2) and np.allclose(values[0], RIGHT, rtol=0, atol=1e-3):
        return None
    for sentence, known in KNOWN.items():
        if values.shape == (1, 2) and np.allclose(values[0], known, rtol=0, atol=1e-3):
            return sentence
    return OTHER
