"""Mass and nodule."""

import numpy as np
from numpy.random import Generator

from datagen.radiographs.chest import place_in_lung
from datagen.radiographs.grid import Field, Grid, ramp
from datagen.radiographs.materials import AERATION
from datagen.radiographs.scene import Scene
from datagen.radiographs.texture import octave


def _ball(
    grid: Grid, x: float, y: float, radius: float, lobes: float, rng: Generator
) -> tuple[Field, Field]:
    """A lobulated ball.

    Returns:
        its chord along the ray in mm, and r, 0 at the centre .. 1 at the border.
    """
    dx, dy = grid.X - np.float32(x), grid.Y - np.float32(y)
    phi = np.arctan2(dy, dx)
    border = np.ones_like(dx)
    for n in range(2, 7):
        border += np.float32(lobes * rng.normal(0, 1) / n) * np.cos(
            n * phi + np.float32(rng.uniform(0, 6.28))
        )
    r = np.hypot(dx, dy) / (np.float32(radius) * np.maximum(border, 0.6))
    return 2 * np.float32(radius) * np.sqrt(np.maximum(1 - r * r, 0)), r


def _press(scene: Scene, chord: Field, r: Field, soft: float, gain: float) -> Field:
    """Put the ball into the lung; the part over heart or liver shows only as added density."""
    body = scene.grid.blur(chord, soft)
    lit = np.clip(scene.chest.cavity / 70, 0.15, 1)
    scene.extra += (
        np.float32(AERATION * gain) * np.minimum(body, np.maximum(0.75 * scene.air, 14)) * lit
    )
    inside = ramp(r, 1.0, 0.8)
    scene.vessels *= 1 - 0.75 * inside
    return (r < 1.02).astype(np.float32)


def mass(scene: Scene, severity: float, rng: Generator) -> Field:
    """A round or lobulated opacity of more than 3 cm, sharply bounded, in one lung (Fleischner)."""
    sign = -1 if rng.random() < 0.55 else 1
    height, out = rng.uniform(0.22, 0.86), rng.uniform(0.15, 0.72)
    return place_mass(scene, severity, sign, float(height), float(out), rng)


def place_mass(
    scene: Scene, severity: float, sign: int, height: float, out: float, rng: Generator
) -> Field:
    """A mass at a given position; see ``chest.place_in_lung`` for ``height`` and ``out``."""
    radius = 17 + 22 * severity + float(rng.uniform(0, 3))
    x, y = place_in_lung(scene.anatomy, sign, height, out)
    chord, r = _ball(scene.grid, x, y, radius, 0.10 + 0.06 * rng.random(), rng)
    chord = chord * (1 + 0.07 * octave(rng, scene.grid, 12))
    return _press(scene, chord, r, 1.3, 0.9 + 0.25 * severity)


def nodules(scene: Scene, severity: float, rng: Generator) -> Field:
    """One to three round opacities of 1 to 3 cm, well bounded, away from the hila."""
    total = np.zeros_like(scene.base)
    count = 1 + int(rng.random() < 0.25 + 0.3 * severity) + int(rng.random() < 0.3 * severity)
    for _ in range(count):
        sign = -1 if rng.random() < 0.5 else 1
        x, y = place_in_lung(scene.anatomy, sign, rng.uniform(0.15, 0.88), rng.uniform(0.3, 0.85))
        radius = 6.0 + 6.5 * severity + float(rng.uniform(-0.5, 1))
        chord, r = _ball(scene.grid, x, y, radius, 0.08, rng)
        # Small nodules are denser than their size suggests: granulomas contain calcium.
        mask = _press(scene, chord, r, 0.9, 2.5 + 0.9 * severity)
        total = np.maximum(total, mask)
    return total
