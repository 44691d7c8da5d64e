"""Cardiomegaly and hiatal hernia."""

import numpy as np
from numpy.random import Generator

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.grid import Field, ramp, spline
from datagen.radiographs.materials import SOFT
from datagen.radiographs.scene import Scene


def enlarge_heart(a: Anatomy, severity: float, rng: Generator) -> None:
    """Cardiothoracic ratio 0.57 to 0.71 (normal below 0.5), and a rounder heart."""
    a.ctr = 0.55 + 0.15 * severity + float(rng.uniform(0, 0.012))
    a.globular = float(np.clip(0.3 + 0.6 * severity + rng.normal(0, 0.12), 0.2, 1))


def sign(scene: Scene, severity: float, rng: Generator) -> Field:
    """The enlarged silhouette is the sign; the mask is the heart."""
    return scene.heart * ramp(scene.grid.Y - scene.chest.dome, 24, 12)


def hernia(scene: Scene, severity: float, rng: Generator) -> Field:
    """Hiatal hernia: part of the stomach behind the heart.

    A round soft-tissue mass over the lower heart shadow with gas in its upper part, most often
    ending in a level fluid line (Felson).
    """
    grid, a = scene.grid, scene.anatomy
    radius = 20 + 26 * severity + float(rng.uniform(-2, 3))
    x = float(rng.uniform(-4, 24)) + a.mediastinal_shift
    y = a.dome + 10 - radius * float(rng.uniform(0.62, 0.85))
    angle = np.linspace(0, 2 * np.pi, 11)[:-1]
    wobble = 1 + 0.07 * rng.standard_normal(10)
    ring = np.stack(
        [x + 1.12 * radius * wobble * np.cos(angle), y + radius * wobble * np.sin(angle)], 1
    )
    ring = spline(np.concatenate([ring, ring[:1]]), 6)
    pouch = grid.fill([ring])
    depth = grid.distance(pouch > 0.5)
    bend = 1 - np.minimum(depth / np.float32(radius), 1)
    chord = np.sqrt(np.maximum(1 - bend * bend, 0)) * np.float32(1.5 * radius)
    level = y + radius * float(rng.uniform(-0.15, 0.35))
    gas = ramp(depth, 2.0, 4.5) * ramp(grid.Y, level + 1.3, level - 1.3)
    # The pouch pushes lung aside, and its wall is a thin bright line around the gas.
    scene.flood(0.85 * ramp(depth, 0, 6), 0.9)
    rim = np.exp(-(((depth - 1.8) / 1.5) ** 2)) * (pouch > 0.3)
    share = np.float32(0.62 + 0.38 * severity)
    scene.extra += np.float32(SOFT) * share * (0.16 * chord + 5 * rim - 0.85 * chord * gas)
    return ramp(grid.blur(pouch, 2), 0.3, 0.5)
