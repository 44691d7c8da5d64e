"""Pleural effusion and pleural thickening."""

from typing import cast

import numpy as np
from numpy.random import Generator

from datagen.radiographs.chest import skyline
from datagen.radiographs.grid import Field, ramp
from datagen.radiographs.materials import AERATION, CORTICAL, SOFT
from datagen.radiographs.scene import Scene
from datagen.radiographs.texture import octave


def effusion(scene: Scene, severity: float, rng: Generator) -> Field:
    """Fluid from the costophrenic angle up: a homogeneous opacity under a meniscus.

    Its upper border climbs along the chest wall and sinks towards the mediastinum; the angle and,
    with more fluid, the dome disappear.
    """
    grid, a = scene.grid, scene.anatomy
    both = rng.random() < 0.35
    first = -1 if rng.random() < 0.52 else 1
    total = np.zeros_like(scene.base)
    for sign in (-1, 1):
        if sign != first and not both:
            continue
        amount = severity if sign == first else severity * float(rng.uniform(0.4, 0.9))
        top = float(skyline(grid, a, sign).min())
        angle = top + a.dome_drop + a.dome_side[0 if sign < 0 else 1]
        high = angle - (30 + 105 * amount)
        x = np.clip(grid.X * sign / np.float32(a.half_width), 0, 1)
        dip = (24 + 26 * amount) * (1 - x**2.6)
        # Medially the fluid rises again slightly along the heart.
        dip = dip - 8 * ramp(x, 0.4, 0.1)
        level = grid.Y - np.float32(high) - dip
        fluid = ramp(level, -7, 9 + 4 * amount) * (scene.chest.side == sign)
        total = np.maximum(total, fluid)
    scene.flood(total * 0.98, 1.0)
    scene.extra += np.float32(AERATION * 10) * total * ramp(scene.chest.wall, 0, 20)
    inside = ramp(scene.chest.cavity, 2, 15) + ramp(scene.chest.wall, 2, 8) * ramp(
        grid.absX, 45, 60
    )
    return ramp(total * np.minimum(inside, 1) * ramp(grid.Y - scene.chest.dome, 55, 35), 0.3, 0.45)


def thickening(scene: Scene, severity: float, rng: Generator) -> Field:
    """A band along the lateral or apical chest wall with an irregular inner border, or plaques."""
    grid, a = scene.grid, scene.anatomy
    first = -1 if rng.random() < 0.5 else 1
    both = rng.random() < 0.35
    rough = octave(rng, grid, 26) + 0.6 * octave(rng, grid, 11)
    total = np.zeros_like(scene.base)
    for sign in (first, -first) if both else (first,):
        apical = rng.random() < 0.35
        start, end = (
            (-5, 0.34 + 0.2 * severity)
            if apical
            else (rng.uniform(0.18, 0.4), rng.uniform(0.78, 1.0))
        )
        thick = (8 + 13 * severity) * float(rng.uniform(0.9, 1.1))
        reach = ramp(grid.Y, (start - 0.1) * a.dome, (start + 0.06) * a.dome)
        reach = reach * ramp(grid.Y, (end + 0.08) * a.dome, (end - 0.1) * a.dome)
        border = cast("Field", np.float32(thick) * reach * (1 + 0.17 * rough))
        total = np.maximum(
            total, ramp(border - scene.chest.wall, -2.0, 3.5) * (scene.chest.side == sign)
        )
    inside = ramp(scene.chest.wall, 0, 1.5) * ramp(grid.absX, 24, 34)
    total = total * inside
    scene.flood(total * np.float32(0.6 + 0.25 * severity), 1.0)
    scene.extra += np.float32(AERATION * (6 + 6 * severity)) * total * (1 + 0.15 * rough)
    if rng.random() < 0.35:
        chips = np.maximum(octave(rng, grid, 9) - 1.1, 0) * total
        scene.extra += np.float32((CORTICAL - SOFT) * 4) * np.minimum(chips, 1.2)
    return ramp(grid.blur(total, 2), 0.25, 0.4)
