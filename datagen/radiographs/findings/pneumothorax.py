"""Pneumothorax."""

import numpy as np
from numpy.random import Generator

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.grid import Field, ramp
from datagen.radiographs.materials import AERATION, SOFT
from datagen.radiographs.scene import Scene
from datagen.radiographs.texture import octave


def shift(a: Anatomy, severity: float, rng: Generator) -> None:
    """Push the mediastinum to the other side and the dome down, if the pneumothorax is large."""
    sign = -1 if rng.random() < 0.5 else 1
    a.extras["pneumothorax"] = float(sign)
    push = max(0.0, severity - 0.6) * 22
    a.mediastinal_shift -= sign * push
    a.dome_side[0 if sign < 0 else 1] -= push * 0.9


def sign(scene: Scene, severity: float, rng: Generator) -> Field:
    """A thin pleural line with no vessels beyond it; the lung inside is smaller and denser."""
    grid, a = scene.grid, scene.anatomy
    side = int(a.extras["pneumothorax"])
    here = scene.chest.side == side
    # Air rises: widest over the apex, narrowing to the base.
    gap = (9 + 40 * severity) * (1.35 - 0.75 * ramp(grid.Y, -10, 0.95 * a.dome))
    gap = gap * (1 + 0.06 * octave(rng, grid, 60))
    wall = scene.chest.wall
    over_apex = ramp(grid.Y, 0, 1) * grid.Y * 1.15
    over_apex = np.maximum(over_apex, 0)
    # A soft minimum rounds the corner between the apex and the lateral wall.
    edge = wall * over_apex / np.maximum((wall**3 + over_apex**3) ** np.float32(1 / 3), 1e-3)
    beyond = ramp(edge - gap, 0.7, -0.7) * here * ramp(scene.chest.cavity, 1, 12)
    beyond = beyond * ramp(grid.absX, 24, 34)
    scene.vessels *= 1 - beyond
    # No parenchymal texture either: the pleural space holds only gas along the whole ray.
    scene.extra *= 1 - beyond
    scene.free_air += np.float32(0.15) * scene.air * beyond
    line = np.exp(-(((edge - gap - 0.9) / 1.15) ** 2)) * here * ramp(grid.absX, 24, 34)
    lit = ramp(scene.chest.cavity, 5, 35) * ramp(grid.Y - scene.chest.dome, 12, -4)
    scene.extra += np.float32(SOFT * (6.0 + 3.0 * severity)) * line * lit
    # The remaining lung holds the same blood in less space.
    lung = (1 - beyond) * here * ramp(scene.air, 0, 40)
    scene.extra += np.float32(AERATION) * scene.air * lung * np.float32(0.05 + 0.18 * severity**2)
    return np.maximum(beyond, ramp(line, 0.2, 0.5)) * ramp(grid.Y - scene.chest.dome, 8, 2)
