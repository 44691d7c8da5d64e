"""The ways in which a correct solution may enlarge its map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np

from util.hidden_tests.grad_cam.finishing import enlarging, on_edges
from util.hidden_tests.grad_cam.scene import Scene
from util.hidden_tests.grad_cam.worked import Array

_METHODS = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)


def ways(scene: Scene) -> list[tuple[Array, Array]]:
    """Return the ways of enlarging a case's map: matrices (H, h) for rows, (W, w) for columns."""
    height, width = scene.worked.image.shape[:2]
    return _ways(*scene.right.shape, height, width)


@cache
def _ways(rows: int, columns: int, height: int, width: int) -> list[tuple[Array, Array]]:
    found = [(enlarging(rows, height, way), enlarging(columns, width, way)) for way in _METHODS]
    return [*found, (on_edges(rows, height), on_edges(columns, width))]


def finished(raws: Sequence[Array], scene: Scene) -> Array:
    """Enlarge raw maps (h, w) in all ways, shape (maps, ways, H, W).

    ReLU is applied before, after, or both: some interpolations fall below 0 beside a peak.
    """
    stack, done = np.asarray(raws), []
    for rows, columns in ways(scene):
        before = rows @ np.maximum(stack, 0) @ columns.T
        done += [before, np.maximum(rows @ stack @ columns.T, 0), np.maximum(before, 0)]
    maps = np.stack(done, axis=1)
    tops = maps.max(axis=(2, 3), keepdims=True)
    return np.asarray(maps / np.where(tops > 0, tops, 1))


def together(raws: Sequence[Sequence[Array]], scenes: Sequence[Scene]) -> Array:
    """Concatenate the `finished` maps of all cases: shape (maps, ways, pixels of all cases)."""
    parts = [finished(some, scene) for some, scene in zip(raws, scenes, strict=True)]
    return np.concatenate([part.reshape(*part.shape[:2], -1) for part in parts], axis=2)


def least_difference(raws: Sequence[Array], scene: Scene) -> Array:
    """Compute how far other raw maps (h, w) are from every way of enlarging the right one.

    Returns:
        Mean squared differences, shape (maps,).
    """
    right = finished([scene.right], scene)[0]
    others = finished(raws, scene)[:, 0]
    return np.asarray(np.mean((others[:, None] - right) ** 2, axis=(2, 3)).min(axis=1))


def peaks(scene: Scene) -> tuple[float, float]:
    """Return the least and largest peak of a map that is scaled to 1 before or after enlarging."""
    cells = np.maximum(scene.right, 0) / scene.right.max()
    before = [(rows @ cells @ columns.T).max() for rows, columns in ways(scene)]
    return float(min(*before, 1)), float(max(*before, 1))
