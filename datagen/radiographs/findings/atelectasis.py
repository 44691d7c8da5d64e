"""Atelectasis."""

import numpy as np
from numpy.random import Generator

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.chest import cage_edges
from datagen.radiographs.grid import Field, ramp, spline
from datagen.radiographs.materials import AERATION
from datagen.radiographs.scene import Scene
from datagen.radiographs.texture import octave


def _plan(rng: Generator) -> tuple[int, str]:
    """Draw side and kind; shape and sign use the same seed, because they must agree."""
    sign = -1 if rng.random() < 0.5 else 1
    if rng.random() < 0.62:
        return sign, "plate"
    return sign, "upper lobe" if rng.random() < 0.5 and sign < 0 else "lower lobe"


def lose_volume(a: Anatomy, severity: float, rng: Generator) -> None:
    """Apply volume loss: the dome of that side rises, the mediastinum shifts towards it."""
    a.extras["atelectasis"] = float(rng.integers(0, 2**31))
    sign, kind = _plan(np.random.default_rng(int(a.extras["atelectasis"])))
    side = 0 if sign < 0 else 1
    a.dome_side[side] += 10 + (16 if kind == "plate" else 20) * severity
    a.mediastinal_shift += sign * (2 if kind == "plate" else 4 + 9 * severity)


def _plates(scene: Scene, sign: int, severity: float, rng: Generator) -> tuple[Field, Field]:
    """Linear bands, 2 to 6 mm thick and 4 to 10 cm long, nearly horizontal, above the dome."""
    grid, a = scene.grid, scene.anatomy
    dome = a.dome + (a.dome_left if sign > 0 else 0) - a.dome_side[0 if sign < 0 else 1]
    curves, widths = [], []
    both = rng.random() < 0.3
    for index in range(2 + int(rng.integers(0, 2)) + int(2 * severity)):
        side = -sign if both and index % 3 == 2 else sign
        y = dome - rng.uniform(8, 62)
        edge = float(cage_edges(a, np.array([y]))[0][0])
        length = rng.uniform(38, 60) + 30 * severity
        x1 = min(rng.uniform(40, 66) + length, edge - 3)
        x0 = max(x1 - length, 26)
        tilt = rng.normal(0.02, 0.16)
        sag = rng.normal(0, 3)
        fall = tilt * (x0 - x1)
        middle = (side * 0.5 * (x0 + x1), y + 0.5 * fall + sag)
        points = [(side * x0, y + fall), middle, (side * x1, y)]
        curves.append(spline(points, 8))
        widths.append(rng.uniform(2.4, 3.6) + 2.6 * severity)
    band = grid.blur(grid.strokes(curves, np.array(widths), np.ones(len(widths)), 1.0), 1.3)
    return band, grid.strokes(curves, np.array(widths) + 9, np.ones(len(widths)), 1.0)


def _wedge(scene: Scene, sign: int, kind: str, severity: float) -> Field:
    """A collapsed lobe: a wedge against the mediastinum with a sharp, bowed fissure border."""
    grid, a = scene.grid, scene.anatomy
    h = a.dome / 230
    if kind == "upper lobe":
        # The minor fissure swings up and hangs between hilum and apex.
        low = (100 - 34 * severity) * h
        edge = float(cage_edges(a, np.array([50 * h]))[0][0])
        line = [(sign * 16, -6), (sign * 16, low + 14), (sign * 40, low + 6),
                (sign * 0.7 * edge, low - 18 * h), (sign * (edge + 8), low - 34 * h),
                (sign * (edge + 8), -6)]  # fmt: skip
        return grid.fill([np.concatenate([spline(line[1:5], 6), np.array([line[5], line[0]])])])
    bottom = a.dome + a.dome_left + 30
    out = 62 - 10 * severity
    line = [
        (sign * 14, 96 * h),
        (sign * 30, 130 * h),
        (sign * (out - 4), 190 * h),
        (sign * out, bottom),
    ]
    return grid.fill([np.concatenate([spline(line, 6), np.array([(sign * 4, bottom)])])])


def sign(scene: Scene, severity: float, rng: Generator) -> Field:
    """Plate-like bands, or a wedge of collapsed lobe, with volume loss."""
    grid = scene.grid
    side, kind = _plan(np.random.default_rng(int(scene.anatomy.extras["atelectasis"])))
    if kind == "plate":
        band, around = _plates(scene, side, severity, rng)
        lit = ramp(scene.chest.cavity, 5, 30) * np.clip(scene.air / 45, 0.35, 1)
        rough = 1 + 0.15 * octave(rng, grid, 14)
        scene.extra += np.float32(AERATION * (20 + 24 * severity)) * band * lit * rough
        return around * ramp(scene.chest.cavity, 5, 20)
    wedge = grid.blur(_wedge(scene, side, kind, severity), 0.9)
    inside = wedge * ramp(scene.chest.cavity, 2, 20)
    scene.flood(inside * np.float32(0.6 + 0.35 * severity), 1.0)
    # The heart with a collapsed lobe behind it is denser than the heart on its own.
    dense = wedge * ramp(scene.chest.wall, 0, 12) * ramp(grid.Y - scene.chest.dome, 26, -6)
    scene.extra += np.float32(AERATION * (8 + 12 * severity)) * dense
    return wedge * ramp(scene.chest.wall, 0, 5) * ramp(grid.Y - scene.chest.dome, 14, 4)
