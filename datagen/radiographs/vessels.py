"""Pulmonary vessels: trees that leave the hila, branch and taper towards the pleura.

Calibres follow the usual picture: hilar arteries about 15 mm, nothing visible in the outer 1 to
2 cm, lower-lobe vessels wider than upper-lobe ones in a standing patient (Felson).
"""

import numpy as np
from numpy.random import Generator

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.chest import cage_edges
from datagen.radiographs.grid import Field, Grid

STEPS = 6
WIDEST = 17.0


def _grow(start: np.ndarray, angle: np.ndarray, length: np.ndarray, rng: Generator) -> np.ndarray:
    """Grow curved paths, all at once: (n, STEPS + 1, 2)."""
    n = len(start)
    bend = rng.normal(0, 0.5, n)[:, None] + rng.normal(0, 0.1, (n, STEPS))
    heading = angle[:, None] + bend * (np.arange(STEPS) / STEPS)[None, :]
    step = (length / STEPS)[:, None]
    moves = np.stack([np.cos(heading) * step, np.sin(heading) * step], -1)
    return start[:, None, :] + np.concatenate([np.zeros((n, 1, 2)), np.cumsum(moves, 1)], 1)


def _branch(
    paths: np.ndarray, width: np.ndarray, rng: Generator, shrink: float, spread: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Daughters of every path: one continues from its end, others branch off along it."""
    last = paths[:, -1] - paths[:, -2]
    on = np.arctan2(last[:, 1], last[:, 0])
    starts, angles, widths = [paths[:, -1]], [on + rng.normal(0, 0.3, len(paths))], [width * 0.78]
    for index in (2, 4, 6):
        move = paths[:, index] - paths[:, index - 1]
        side = np.where(rng.random(len(paths)) < 0.5, -1.0, 1.0)
        starts.append(paths[:, index])
        angles.append(
            np.arctan2(move[:, 1], move[:, 0]) + side * rng.normal(spread, 0.2, len(paths))
        )
        widths.append(width * shrink * rng.uniform(0.75, 1.1, len(paths)))
    return np.concatenate(starts), np.concatenate(angles), np.concatenate(widths)


def _tree(a: Anatomy, sign: int, rng: Generator) -> tuple[list[np.ndarray], list[float]]:
    """All vessel segments of one lung and their calibres in mm."""
    h = a.dome / 230
    hilum_y = (106 if sign < 0 else 96) * h
    x0 = sign * ((40 if sign < 0 else 37) + 3 * a.aorta) + a.mediastinal_shift * 0.8
    # 0 points laterally, +pi/2 down.
    fan = np.array([-1.45, -1.2, -0.9, -0.6, 0.15, 0.6, 0.8, 0.95, 1.15, 1.3, 1.45, 1.05])
    fan = fan + rng.normal(0, 0.1, len(fan))
    upper = fan < -0.2
    width = np.where(upper, 3.5 * a.upper_vessels / 0.65, 4.5) * rng.uniform(0.7, 1.05, len(fan))
    reach = np.where(upper, 32.0, 42.0) * rng.uniform(0.8, 1.25, len(fan)) * h
    start = np.stack([np.full(len(fan), x0), hilum_y + (26 * np.sin(fan) + 10) * h], 1)
    start[:, 0] += sign * rng.uniform(-4, 6, len(fan))
    angle = fan if sign > 0 else np.pi - fan
    curves: list[np.ndarray] = []
    widths: list[float] = []
    for generation, (shrink, spread) in enumerate(
        [(0.55, 0.6), (0.6, 0.6), (0.66, 0.6), (0.7, 0.6)]
    ):
        paths = _grow(start, angle, reach, rng)
        half = STEPS // 2
        curves += list(paths[:, : half + 1]) + list(paths[:, half:])
        widths += [*width.tolist(), *(width * 0.82).tolist()]
        if generation == 3:
            break
        start, angle, width = _branch(paths, width, rng, shrink, spread)
        keep = (width > (0.6, 0.7, 0.8)[generation]) & (sign * start[:, 0] > 26) & (start[:, 1] > 4)
        keep &= sign * start[:, 0] < cage_edges(a, start[:, 1])[0] - 9
        start, angle, width = start[keep], angle[keep], width[keep]
        reach = (13 + 8.0 * width) * rng.uniform(0.7, 1.3, len(width)) * h
    return curves, widths


def _hilum(a: Anatomy, sign: int, rng: Generator) -> tuple[list[np.ndarray], list[float]]:
    """Main, descending and upper pulmonary arteries of one side, and some vessels end-on."""
    h = a.dome / 230
    s = a.mediastinal_shift * 0.8
    y = 104 * h if sign < 0 else 93 * h
    wide = 13.5 * float(rng.normal(1, 0.08))
    descending = np.array([(30, y), (41, y + 8), (46, y + 24 * h), (49, y + 46 * h)])
    upper = np.array([(34, y), (41, y - 16 * h), (46, y - 30 * h)])
    vein = np.array([(24, y + 42 * h), (42, y + 40 * h), (58, y + 50 * h)])
    curves = [descending[:3], descending[1:], upper[:2], upper[1:], vein]
    widths = [wide, wide * 0.85, wide * 0.62, wide * 0.5, wide * 0.5]
    for _ in range(5):
        p = np.array([rng.uniform(38, 62), y + rng.uniform(-25, 40) * h])
        curves.append(np.stack([p, p + 0.6]))
        widths.append(float(rng.uniform(2.5, 5.5)))
    mirror = np.array([sign, 1.0])
    return [c * mirror + np.array([s, 0]) for c in curves], widths


def vessel_tree(grid: Grid, a: Anatomy, rng: Generator) -> Field:
    """Path length through blood in the pulmonary vessels, mm."""
    curves: list[np.ndarray] = []
    widths: list[float] = []
    hila: list[Field] = []
    for sign in (-1, 1):
        c, w = _tree(a, sign, rng)
        curves += c
        widths += w
        hila.append(grid.strokes(*_as_strokes(_hilum(a, sign, rng)), WIDEST))
    order = np.argsort(widths, kind="stable")
    width = np.asarray(widths)[order]
    # A vessel is round: its middle is as deep as it is wide.
    tree = grid.strokes([curves[i] for i in order], width, 0.75 * width * np.sqrt(width), WIDEST)
    tree = grid.blur(tree, 0.45)
    hilum = grid.blur(np.maximum(hila[0], hila[1]) * np.float32(0.62), 2.4)
    return np.maximum(tree, hilum) * np.float32(4.2 * a.vessel_gain)


def _as_strokes(
    part: tuple[list[np.ndarray], list[float]],
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Curves with width and depth, widest first so that small ones stay visible."""
    curves, widths = part
    return curves, np.asarray(widths), np.asarray(widths)
