"""All known mistakes: the importances that each yields on given frames, and its message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from proctor.checks import Verdict
from util.answering.record import Record
from util.hidden_tests.permutation_importance.combining import COMBINING, combined
from util.hidden_tests.permutation_importance.measuring import MEASURING, measured
from util.hidden_tests.permutation_importance.stand_ins import Measurement, posed_frames

Array = npt.NDArray[Any]

TOLERANCE = 1e-3
"""Absolute tolerance; importances rounded to three decimals pass, no known mistake does."""

MISTAKES: Mapping[str, str] = {**COMBINING, **MEASURING}
"""Mistakes that show in the importances; those that show elsewhere are not included."""

FAMILIES: Mapping[str, str] = {
    "scaled": "The importances are all too large or too small by one and the same factor: look "
    "for a division or a multiplication that the formulas do not have.",
    "misplaced": "The importances are right, and stand under the wrong features: look at how "
    "values and names are brought together.",
}
"""Mistakes with many possible results: any factor, any order."""


def expected(challenge: Record) -> Array:
    """Compute the importances for the challenge's orders, shape (features,)."""
    return Measurement(challenge, posed_frames(challenge)).right


def mistaken(challenge: Record) -> dict[str, Array]:
    """Compute the importances that each known mistake yields for those orders."""
    return given_by_mistakes(Measurement(challenge, posed_frames(challenge)))


def given_by_mistakes(measurement: Measurement) -> dict[str, Array]:
    """Compute the importances that each known mistake yields on the measured frames."""
    return combined(measurement) | measured(measurement)


def is_near(values: Array, others: Array) -> bool:
    """Return whether importances are equal within the tolerance."""
    return bool(np.allclose(values, others, rtol=0, atol=TOLERANCE))


def wrong_values(measurement: Measurement, values: Array) -> Verdict:
    """Return the verdict on importances that are wrong although the right frames were measured."""
    # For a student's own permutations two mistakes may coincide; then neither is reported.
    found = [
        name for name, given in given_by_mistakes(measurement).items() if is_near(values, given)
    ]
    if len(found) == 1:
        return Verdict(0.0, MISTAKES[found[0]], found[0])
    family = "" if found else _family(values, measurement.right)
    if family:
        return Verdict(0.0, FAMILIES[family], family)
    text = "Each feature was permuted num_samples times, and the importances are not those that "
    text += "the two formulas give: look at what is made of the performances."
    if (values < 0).any():
        text += " An importance is an absolute difference, and some are negative."
    return Verdict(0.0, text)


def _family(values: Array, right: Array) -> str:
    """Return the family of mistakes that turns the right values into these; empty if none does."""
    if is_near(np.sort(values), np.sort(right)):
        return "misplaced"
    factor = float(values @ right / (right @ right))
    return "scaled" if factor > 0 and is_near(values / factor, right) else ""
