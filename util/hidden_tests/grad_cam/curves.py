"""Test of whether an answer is the right map with its values bent along some curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from util.hidden_tests.grad_cam.enlarging import ways
from util.hidden_tests.grad_cam.scene import Scene
from util.hidden_tests.grad_cam.worked import Array

_KNOTS = np.r_[-4, -2, -1, -0.5, np.linspace(0, 1, 9)]
"""Knots of the curves; few enough that they don't fit an unusual way of enlarging."""

_ROUNDS = 4
"""Number of rounds of fitting a curve and, from it, each map's scale."""

_STEPS = np.linspace(0.05, 0.95, 19)
"""Values at which a curve may jump, as at a threshold."""


def left_by_curves(answer: Array, scenes: Sequence[Scene]) -> float:
    """Return the least mean squared difference that a curve of the right map's values leaves.

    The curve may have been applied to the cells of the layer, before ReLU or after it, or to the
    pixels of the larger map.

    Args:
        answer: The concatenated pixels of all maps, each map scaled to a peak of 1.
        scenes: The cases, in the same order.
    """
    left = []
    for number in range(len(ways(scenes[0]))):
        cells: list[Any] = []
        pixels: list[Any] = []
        clipped: list[Any] = []
        for scene in scenes:
            rows, columns = ways(scene)[number]
            raw = scene.right / scene.right.max()
            one = np.einsum("ia,kab,jb->kij", rows, _hats(raw), columns)
            cells.append(one.reshape(len(_KNOTS), -1))
            for values, whole in ((raw, pixels), (np.maximum(raw, 0), clipped)):
                larger = rows @ values @ columns.T
                whole.append(larger.ravel() / larger.max())
        left.append(_residual_of_cells(cells, answer))
        for values in (np.concatenate(pixels), np.concatenate(clipped)):
            left.append(_residual(_hats(values), answer))
            left += [_residual(_steps(values, step), answer) for step in _STEPS]
    return min(left)


def _residual_of_cells(bases: Sequence[Array], answer: Array) -> float:
    """Return the residual where each map was scaled again after it was enlarged."""
    left = np.inf
    ends = np.cumsum([basis.shape[1] for basis in bases])[:-1]
    for _ in range(_ROUNDS):
        fitted = _fitted(np.concatenate(bases, axis=1), answer)
        left = min(left, float(np.mean((answer - fitted) ** 2)))
        tops = [max(float(part.max()), 0.1) for part in np.split(fitted, ends)]
        bases = [basis / top for basis, top in zip(bases, tops, strict=True)]
    return left


def _residual(basis: Array, answer: Array) -> float:
    """Return the mean squared residual of an answer fitted by functions (functions, n)."""
    return float(np.mean((answer - _fitted(basis, answer)) ** 2))


def _fitted(basis: Array, answer: Array) -> Array:
    # Normal equations, for speed; their loss of precision is far below any tolerance.
    return np.asarray(np.linalg.lstsq(basis @ basis.T, basis @ answer, rcond=None)[0] @ basis)


def _hats(values: Array) -> Array:
    """Return functions (knots, ...) of values that add up to any curve with bends at the knots."""
    return np.array([np.interp(values, _KNOTS, one) for one in np.eye(len(_KNOTS))])


def _steps(values: Array, step: float) -> Array:
    """Return functions (3, n) of values that add up to any straight line that jumps at a step."""
    above = values >= step
    return np.array([values * above, above, values * ~above])
