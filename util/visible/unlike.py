"""Description of how a map differs from the reference, based only on comparing the two.

Only ranges, mirror images and differences of existing maps are computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

ALIKE = 0.01
"""Mean squared error per pixel up to which two maps count as the same."""

_ROUNDING = 1e-6

OTHERWISE = (
    "Look at the two maps, then at steps 4 and 5: first one weight per channel, then one score per "
    "position."
)


def sentence(cam: Array, references: Array, category: int, labels: Sequence[str]) -> str:
    """Describe how a map differs from the reference, and name the step to go back to.

    Args:
        cam: The student's map, finite numbers, shape (H, W).
        references: The reference maps of all categories, shape (categories, H, W).
        category: The requested category.
        labels: The categories' names.
    """
    reference = references[category]
    low, high = float(cam.min()), float(cam.max())
    values = f"the map's values go from {low:.3g} to {high:.3g}; expected 0 to 1."
    if max(abs(low), abs(high)) == 0:
        return f"Go back to steps 1 to 5: no position speaks for the category, {values}"
    if high - low <= _ROUNDING * max(abs(low), abs(high)):
        return f"Each position needs a score of its own in step 5: {values}"
    if low < -_ROUNDING * max(abs(low), abs(high)):
        return f"Keep the ReLU of step 6, which leaves nothing below zero: {values}"
    for said, other in _variants(reference):
        if _alike(cam, other):
            return said
    if high > 0 and abs(high - 1) > _ROUNDING and _alike(cam / high, reference):
        return f"Divide by the largest value at the end of step 6: {values}"
    for place, other in enumerate(references):
        if place != category and _alike(cam, other) and other.any():
            return (
                f"Use category_index: your map is that of {labels[place]} (number {place}); "
                f"expected that of {labels[category]} (number {category})."
            )
    if np.corrcoef(cam.ravel(), reference.ravel())[0, 1] < -0.1:
        return (
            "Go through steps 4 and 5: your map is bright where the reference is dark. Does each "
            "channel have a weight of its own, sign included?"
        )
    return OTHERWISE


def _variants(reference: Array) -> Iterator[tuple[str, Array]]:
    """Yield alterations of a correct map that change it visibly, each with its message."""
    for said, changed in (
        (
            "Keep height and width apart: your map is the reference with the two exchanged.",
            reference.T,
        ),
        ("Keep the rows' order: your map is the reference upside down.", reference[::-1]),
        ("Keep the columns' order: your map is the reference's mirror image.", reference[:, ::-1]),
        (
            "Mind the sign: your map is bright where the reference is dark, and dark where it is "
            "bright.",
            1 - reference,
        ),
    ):
        if changed.shape == reference.shape and not _alike(changed, reference):
            yield said, changed


def _alike(one: Array, other: Array) -> bool:
    return float(np.mean((one - other) ** 2)) <= ALIKE
