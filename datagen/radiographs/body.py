"""Soft tissue outside the rib cage: trunk, neck, shoulders, arms, breasts, muscle and fat."""

import numpy as np
from numpy.random import Generator

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.grid import Field, Grid, ramp, spline
from datagen.radiographs.materials import FAT, SOFT
from datagen.radiographs.texture import fractal


def _mirrored(right: np.ndarray) -> np.ndarray:
    """Close an outline given on one side by its mirror image."""
    return np.concatenate([right, right[::-1] * np.array([-1.0, 1.0])])


def trunk_outline(a: Anatomy, rng: Generator) -> np.ndarray:
    """Neck, trapezius, shoulders, axilla and flank, as one closed polygon."""
    edge = a.half_width + a.wall
    neck = 52 + 9 * a.build + (5 if a.sex == "M" else 0)
    up = a.shoulder
    fold = float(rng.uniform(88, 116))
    side = spline(
        [
            (neck, -130),
            (neck, -62),
            (neck + 9, -42 - up * 0.5),
            (neck + 42, -24 - up),
            (edge - 8, -9 - up),
            (edge + 22, 8 - up),
            (edge + 42, 42 - up),
            (edge + 36, 78),
            (edge + 8, fold),
            (edge + 1, fold + 28),
            (edge - 3 + 2 * a.build, 200),
            (edge + 5 * a.build, 270),
            (edge - 2 + 7 * a.build, 420),
        ],
        6,
    )
    return _mirrored(side)


def _arm(grid: Grid, a: Anatomy, sign: int) -> Field:
    """Thickness of an upper arm, a tapering cylinder beside the chest, mm."""
    start = np.array([sign * (a.half_width + a.wall + 12), 38 - a.shoulder])
    direction = np.array([sign * np.sin(a.arms), np.cos(a.arms)])
    dx, dy = grid.X - np.float32(start[0]), grid.Y - np.float32(start[1])
    along = dx * np.float32(direction[0]) + dy * np.float32(direction[1])
    across = dx * np.float32(direction[1]) - dy * np.float32(direction[0])
    radius = np.float32(40 + 7 * a.build) - np.clip(along, 0, 200) * np.float32(0.03)
    square = radius * radius - across * across - np.minimum(along, 0) ** 2
    return 1.65 * np.sqrt(np.maximum(square, 0))


def soft_tissue(grid: Grid, a: Anatomy, rng: Generator) -> tuple[Field, Field]:
    """Path length through soft tissue if the chest held no air.

    Returns:
        thickness in mm of water-like tissue, and the distance to the skin in mm.
    """
    outline = trunk_outline(a, rng)
    inside = grid.fill([outline])
    depth = grid.distance(inside > 0.5)
    rounding = np.float32(62 + 8 * a.build)
    bend = 1 - np.minimum(depth / rounding, 1)
    profile = np.sqrt(np.maximum(1 - bend * bend, 0))
    level = np.interp(
        grid.Y[:, 0],
        [-120, -50, -15, 30, 90, 200, 245, 300],
        np.array([0.5, 0.5, 0.52, 0.72, 0.93, 1.0, 1.08, 1.14]) * a.chest_ap,
    )
    trunk = profile * level.astype(np.float32)[:, None]
    arms = np.maximum(_arm(grid, a, -1), _arm(grid, a, 1))
    # Where arm and trunk overlap they share tissue, so the total is less than the sum.
    thickness = np.maximum(trunk, arms) + 0.15 * np.minimum(trunk, arms)
    thickness = grid.blur(thickness, 1.6)
    return thickness, depth


def breasts(grid: Grid, a: Anatomy, rng: Generator) -> Field:
    """Two breasts, mm: thickest just above a curved lower border, fading upwards."""
    total = np.zeros((grid.size, grid.size), np.float32)
    if a.breast <= 0:
        return total
    for sign in (-1, 1):
        cx = sign * a.half_width * float(rng.uniform(0.53, 0.64))
        radius = a.half_width * float(rng.uniform(0.42, 0.5)) + 0.25 * a.breast
        low = a.breast_low + float(rng.normal(0, 4))
        dx = (grid.X - np.float32(cx)) / np.float32(radius)
        dy = (grid.Y - np.float32(low - radius * 0.8)) / np.float32(radius * 0.8)
        stretched = np.where(dy < 0, dy * np.float32(0.55), dy)
        dome = np.maximum(1 - dx * dx - stretched * stretched, 0)
        total += np.float32(a.breast) * dome ** np.float32(0.62)
    return grid.blur(total, 1.2)


def muscle_and_fat(grid: Grid, a: Anatomy, skin: Field, rng: Generator) -> Field:
    """Attenuation that uneven soft tissue adds: fat under the skin, pectorals, folds; unitless."""
    rough = fractal(rng, grid, 60, 7, 0.62)
    layer = np.float32(9 + 7 * max(a.build, 0))
    fat = ramp(skin + 3 * rough, float(layer) + 3, float(layer) - 3) * ramp(skin, 0, 3)
    total = np.float32((FAT - SOFT) * 55) * fat + np.float32(0.05) * rough
    for sign in (-1, 1):
        edge = sign * (a.half_width + a.wall)
        low = float(rng.uniform(95, 140))
        pectoral = [
            (sign * 30, 20), (edge + sign * 25, 20), (edge + sign * 4, 70),
            (sign * a.half_width * 0.9, low), (sign * a.half_width * 0.55, low + 22),
            (sign * 28, low),
        ]  # fmt: skip
        shape = grid.blur(grid.fill([spline(pectoral, 6)]), 4.0)
        total += shape * np.float32(SOFT * rng.uniform(2, 9) * (1.5 if a.sex == "M" else 0.8))
    return total * ramp(skin, 0, 6)
