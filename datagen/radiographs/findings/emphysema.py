"""Emphysema."""

import numpy as np
from numpy.random import Generator

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.chest import place_in_lung
from datagen.radiographs.grid import Field, ramp
from datagen.radiographs.materials import SOFT
from datagen.radiographs.scene import Scene


def inflate(a: Anatomy, severity: float, rng: Generator) -> None:
    """Overinflation: low flat diaphragms, long narrow heart, deep chest, horizontal ribs."""
    a.dome += 12 + 26 * severity
    a.dome_drop *= 0.55 - 0.38 * severity
    a.dome_left *= 0.6
    a.ctr = min(a.ctr, 0.43) - 0.02 - 0.075 * severity
    a.depth *= 1.03 + 0.09 * severity
    a.rib_slope *= 0.9 - 0.28 * severity
    a.lung_density *= 0.82 - 0.4 * severity
    a.vessel_gain *= 0.86 - 0.42 * severity
    a.globular = 0.0


def sign(scene: Scene, severity: float, rng: Generator) -> Field:
    """Hyperlucent lungs with few vessels; bullae (round avascular areas), mostly in upper zones."""
    grid = scene.grid
    scene.extra *= np.float32(1 - 0.4 * severity)
    for _ in range(int(rng.integers(1, 3 + int(4 * severity)))):
        sign_ = -1 if rng.random() < 0.5 else 1
        x, y = place_in_lung(scene.anatomy, sign_, rng.uniform(0.1, 0.75), rng.uniform(0.3, 0.9))
        radius = rng.uniform(12, 20 + 18 * severity)
        r = np.hypot(
            grid.X - np.float32(x), (grid.Y - np.float32(y)) * np.float32(0.85)
        ) / np.float32(radius)
        inside = ramp(r, 1.12, 0.84)
        scene.vessels *= 1 - 0.9 * inside
        wall = np.exp(-(((r - 1) * np.float32(radius) / 0.9) ** 2)) * np.clip(scene.air / 60, 0, 1)
        scene.density *= 1 - np.float32(0.35 + 0.4 * severity) * inside
        scene.extra += np.float32(SOFT * 2.2 * severity) * wall * ramp(scene.chest.wall, 0, 8)
    return scene.lungs
