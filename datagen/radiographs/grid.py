"""The picture plane: where a point of the body, in millimetres, falls on the detector.

Body coordinates: x to the right of the *image* (the patient's left), zero on the midline; y down,
zero at the top of the lung apices. Both in mm.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
SHIFT = 4
"""Fixed-point bits that OpenCV's polygon functions take, for sub-pixel corners."""


@dataclass(frozen=True)
class Grid:
    """A square detector.

    Args:
        size: pixels along one edge.
        mm: millimetres per pixel.
        left: body x of the first column's centre line at y = 0, in mm.
        top: body y of the first row, in mm.
        lean: how far the patient leans, mm of x for each mm of y.
    """

    size: int
    mm: float
    left: float
    top: float
    lean: float

    @cached_property
    def Y(self) -> Field:  # noqa: N802
        """Body y of each row, shape (size, 1)."""
        return (self.top + self.mm * np.arange(self.size, dtype=np.float32))[:, None]

    @cached_property
    def X(self) -> Field:  # noqa: N802
        """Body x of each pixel, shape (size, size)."""
        x = self.left + self.mm * np.arange(self.size, dtype=np.float32)[None, :]
        return (x - np.float32(self.lean) * self.Y).astype(np.float32)

    @cached_property
    def absX(self) -> Field:  # noqa: N802
        """Distance from the midline, mm."""
        return np.abs(self.X)

    def pixels(self, points: NDArray[Any], scale: int = 1) -> NDArray[np.int32]:
        """Convert body points (..., 2) in mm to OpenCV's fixed-point pixel coordinates.

        Args:
            points: x and y in the last axis.
            scale: canvas pixels per detector pixel along an edge.
        """
        x = (points[..., 0] + self.lean * points[..., 1] - self.left) / self.mm
        y = (points[..., 1] - self.top) / self.mm
        flat = np.stack([x, y], axis=-1) * scale + (scale - 1) / 2
        return np.clip(np.rint(flat * (1 << SHIFT)), -(2**24), 2**24).astype(np.int32)

    def fill(self, polygons: list[NDArray[Any]], value: float = 1.0) -> Field:
        """Draw closed polygons, antialiased; overlap counts once.

        Returns:
            ``value`` inside, 0 outside, shape (size, size).
        """
        canvas = np.zeros((self.size, self.size), np.uint8)
        for polygon in polygons:
            cv2.fillPoly(canvas, [self.pixels(polygon)], 255, cv2.LINE_AA, SHIFT)
        return canvas.astype(np.float32) * np.float32(value / 255)

    def strokes(
        self,
        curves: list[NDArray[Any]],
        widths: NDArray[Any],
        values: NDArray[Any],
        top: float,
    ) -> Field:
        """Draw many open curves, each with its own width and value; the widest are drawn last.

        Args:
            curves: arrays (points, 2) in mm.
            widths: one per curve, mm; a curve thinner than a pixel is drawn fainter instead.
            values: one per curve, at most ``top``.
            top: the value that 255 stands for on the 8-bit canvas.
        """
        canvas = np.zeros((2 * self.size, 2 * self.size), np.uint8)
        wide = np.asarray(widths) * 2 / self.mm
        thick = np.maximum(1, np.rint(wide)).astype(int)
        level = np.asarray(values) / top * 255 * np.minimum(1.0, wide / thick)
        level = np.clip(np.rint(level / 8) * 8, 0, 255).astype(int)
        # One conversion for all points, and one OpenCV call per width and value, not per curve.
        flat = self.pixels(np.concatenate(curves), 2)
        groups: dict[tuple[int, int], list[NDArray[Any]]] = {}
        start = 0
        for curve, key in zip(
            curves, zip(thick.tolist(), level.tolist(), strict=True), strict=True
        ):
            groups.setdefault(key, []).append(flat[start : start + len(curve)])
            start += len(curve)
        for (t, v), members in sorted(groups.items(), key=lambda item: item[0]):
            cv2.polylines(canvas, members, False, v, t, cv2.LINE_AA, SHIFT)
        small = cv2.resize(canvas, (self.size, self.size), interpolation=cv2.INTER_AREA)
        return small.astype(np.float32) * np.float32(top / 255)

    def blur(self, field: Field, sigma: float) -> Field:
        """Gaussian blur; ``sigma`` in mm. Wide blurs run on a coarser grid and look the same."""
        pixels = sigma / self.mm
        if pixels < 0.25:
            return field
        coarse = int(pixels // 4)
        if coarse < 2:
            return cv2.GaussianBlur(field, (0, 0), pixels, borderType=cv2.BORDER_REPLICATE)
        small = max(8, self.size // coarse)
        low = cv2.resize(field, (small, small), interpolation=cv2.INTER_AREA)
        sigma_low = pixels * small / self.size
        low = cv2.GaussianBlur(low, (0, 0), sigma_low, borderType=cv2.BORDER_REPLICATE)
        return cv2.resize(low, (self.size, self.size), interpolation=cv2.INTER_LINEAR)

    def distance(self, inside: NDArray[np.bool_]) -> Field:
        """Distance of each inside pixel to the nearest outside pixel, mm."""
        return cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5) * np.float32(self.mm)


def spline(points: list[tuple[float, float]] | NDArray[Any], steps: int = 8) -> NDArray[Any]:
    """Catmull-Rom curve through the points, shape ((n - 1) * steps + 1, 2)."""
    p = np.asarray(points, dtype=np.float64)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    t = (np.arange(steps) / steps)[None, :, None]
    a, b, c, d = (p[i : len(p) - 3 + i, None, :] for i in range(4))
    curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return np.concatenate([curve.reshape(-1, 2), p[-2:-1]])


def ramp(field: Field, low: float, high: float) -> Field:
    """Smooth step from 0 at ``low`` to 1 at ``high`` (which may be the smaller)."""
    t = np.clip((field - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    return t * t * (3 - 2 * t)
