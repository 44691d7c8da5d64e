"""Test of whether an answer is a sum of the activations other than the right one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from util.hidden_tests.grad_cam.enlarging import ways
from util.hidden_tests.grad_cam.scene import Scene
from util.hidden_tests.grad_cam.worked import Array

_DARK = 1e-3
"""Value up to which a position counts as cut off by ReLU, and as uninformative about the
weights."""


def left_by_weights(cams: Sequence[Array], scenes: Sequence[Scene]) -> float:
    """Return the least mean squared difference that a sum of channels with any weights leaves.

    Args:
        cams: An answer's maps (H, W), scaled to a peak of 1.
        scenes: The cases, in the same order.
    """
    return _left(cams, scenes, lambda scene: scene.maps)


def left_by_offsets(cams: Sequence[Array], scenes: Sequence[Scene]) -> float:
    """Return the same for the right sum from which a number was subtracted before ReLU."""
    return _left(cams, scenes, lambda scene: np.dstack([scene.right, np.ones_like(scene.right)]))


def _left(cams: Sequence[Array], scenes: Sequence[Scene], terms: Callable[[Scene], Array]) -> float:
    """Return what the best sum of terms (h, w, terms) leaves, in the best way of enlarging."""
    pairs = list(zip(cams, scenes, strict=True))
    fits = (_relu_first, _relu_last)
    errors = [
        [np.sum((fit(cam, terms(scene), *ways(scene)[number]) - cam) ** 2) for cam, scene in pairs]
        for number in range(len(ways(scenes[0])))
        for fit in fits
    ]
    return float(np.min(np.sum(errors, axis=1)) / sum(cam.size for cam in cams))


def _relu_first(cam: Array, terms: Array, rows: Array, columns: Array) -> Array:
    """Return the map nearest to an answer if ReLU came first: its cells can be recovered."""
    cells = np.linalg.pinv(rows) @ cam @ np.linalg.pinv(columns).T
    return _scaled(rows @ np.maximum(terms @ _solved(terms, cells), 0) @ columns.T)


def _relu_last(cam: Array, terms: Array, rows: Array, columns: Array) -> Array:
    """Return the map nearest to an answer if ReLU was applied to its pixels."""
    larger = np.einsum("ia,abk,jb->ijk", rows, terms, columns, optimize=True)
    return _scaled(np.maximum(larger @ _solved(larger, cam), 0))


def _solved(terms: Array, values: Array) -> Array:
    """Return the weights (terms,) that fit terms (h, w, terms) to values that are not dark."""
    bright = values > _DARK
    return np.asarray(np.linalg.lstsq(terms[bright], values[bright], rcond=None)[0])


def _scaled(cam: Array) -> Array:
    peak = cam.max()
    return cam / peak if peak > 0 else cam
