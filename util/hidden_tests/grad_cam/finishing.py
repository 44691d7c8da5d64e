"""From the weighted sum of channels to the map (ReLU, size and scale), and the error of a map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np

from util.answering.record import Record
from util.hidden_tests.grad_cam.worked import Array, cam_of, work_out

TOLERANCE = 0.05
"""Pixel-wise mean squared error below which a map counts as right; the lesson's own rule."""


def finish(
    raw: Array,
    height: int,
    width: int,
    *,
    relu: bool = True,
    scale: bool = True,
    interpolation: int = cv2.INTER_LINEAR,
) -> Array:
    """Apply ReLU, resizing and scaling as the lesson's own post-processing does."""
    cam = np.maximum(raw, 0) if relu else raw
    cam = cv2.resize(cam.astype(np.float64), (width, height), interpolation=interpolation)
    peak = cam.max()
    return cam / peak if scale and peak > 0 else cam


def finish_all(
    raws: Sequence[Array], height: int, width: int, interpolation: int = cv2.INTER_LINEAR
) -> Array:
    """`finish` many maps, of few different sizes, at once: shape (maps, height, width)."""
    done = np.empty((len(raws), height, width))
    places: dict[tuple[int, ...], list[int]] = {}
    for place, raw in enumerate(raws):
        places.setdefault(raw.shape, []).append(place)
    for (rows, columns), alike in places.items():
        stack = np.maximum([raws[place] for place in alike], 0)
        across = enlarging(columns, width, interpolation)
        done[alike] = enlarging(rows, height, interpolation) @ stack @ across.T
    peaks = done.max(axis=(1, 2), keepdims=True)
    return np.asarray(done / np.where(peaks > 0, peaks, 1))


@cache
def enlarging(size: int, larger: int, interpolation: int) -> Array:
    """Return the matrix (larger, size) that resizes one axis: resizing treats axes separately."""
    return np.asarray(cv2.resize(np.eye(size), (size, larger), interpolation=interpolation))


def references(raw: Array, height: int, width: int) -> tuple[Array, Array]:
    """Return the right map, resized linearly and to the nearest position: both are correct."""
    linear = finish(raw, height, width)
    return linear, finish(raw, height, width, interpolation=cv2.INTER_NEAREST)


def right_ways(raw: Array, height: int, width: int) -> Array:
    """Return the map as different correct solutions finish it, shape (ways, height, width).

    The lesson does not specify how a map is enlarged, nor whether ReLU comes before or after; the
    printed original enlarges first in its text, and last in its code.
    """
    enlarged = [
        cv2.resize(one, (width, height), interpolation=way)
        for one in (raw, np.maximum(raw, 0))
        for way in (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)
    ]
    # Libraries differ in whether the outer positions lie on the picture's edge, or within it.
    edges = on_edges(raw.shape[0], height) @ raw @ on_edges(raw.shape[1], width).T
    ways = np.maximum([*enlarged, edges], 0)
    return np.asarray(ways / ways.max(axis=(1, 2), keepdims=True))


@cache
def on_edges(size: int, larger: int) -> Array:
    """Return linear interpolation as a matrix (larger, size), with outer positions on the edges."""
    places = np.linspace(0, size - 1, larger)
    return np.array([np.interp(places, np.arange(size), one) for one in np.eye(size)]).T


def error_of(challenge: Record, number: int, cam: Array, category: int, layer: str) -> float:
    """Return the mean squared error from the closer reference, resized to nearest or linearly."""
    raw = cam_of(work_out(challenge, number), category, layer)
    return float(errors_of(cam[np.newaxis], raw)[0])


def errors_of(cams: Array, raw: Array) -> Array:
    """Return the same for many maps (maps, H, W) of one case, given its raw map (h, w)."""
    both = references(raw, *cams.shape[1:])
    return np.minimum(*(np.mean((cams - one) ** 2, axis=(1, 2)) for one in both))
