"""Ribs, clavicles, scapulae, humeri: tubes of compact bone, brighter at the edge than inside."""

from typing import Any

import numpy as np
from numpy.random import Generator

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.chest import cage_edges
from datagen.radiographs.grid import Field, Grid, spline
from datagen.radiographs.materials import CORTICAL, SOFT, SPONGY
from datagen.radiographs.texture import octave

SHELL = CORTICAL - SOFT
MARROW = SPONGY - SOFT


def _offset(curve: np.ndarray, half: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two borders of a band around a curve."""
    d = np.gradient(curve, axis=0)
    normal = (
        np.stack([-d[:, 1], d[:, 0]], 1) / np.maximum(np.hypot(d[:, 0], d[:, 1]), 1e-6)[:, None]
    )
    return curve + normal * half[:, None], curve - normal * half[:, None]


def rib_curve(a: Anatomy, sign: int, number: int, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    """Centre line of one rib from the spine round to its anterior end.

    A rib leaves the spine posteriorly, runs outwards and slightly down, then forward and more
    steeply down; seen from the front it crosses the ribs below it.

    Returns:
        points (n, 2) in mm and the angle round the chest of each, 0 back .. pi front.
    """
    h = a.dome / 230
    gap = 23.2 * h
    start = -16 + gap * (number - 1 + 0.35 * a.rib_phase) + (3 if number == 1 else 0)
    end = np.radians([118, 130, 140, 144, 144, 142, 138, 132, 124, 112, 100][number - 1])
    theta = np.linspace(0.0, end, 26)
    fall = (34 + 11.0 * min(number, 7)) * a.rib_slope * h
    turn = 0.8 * ((1 - np.cos(theta)) / 2) ** 1.15 + 0.2 * theta / np.pi
    y = start - 6 * np.sin(np.minimum(theta * 2.2, np.pi)) + fall * turn
    level = start + fall * 0.40
    edge = float(cage_edges(a, np.array([max(level, 6.0)]))[0][0]) + 0.5
    root = 15.0
    swing = np.sin(theta) ** 0.9
    x = root + (edge - root) * swing
    depth = -np.cos(theta) * 0.5 * a.depth
    wave = 0.8 * np.sin(theta * 3 + rng.uniform(0, 6)) + rng.normal(0, 0.8)
    return np.stack([sign * x + a.rotation * depth, y + wave], 1), theta


def _rib_parts(a: Anatomy, rng: Generator) -> dict[str, list[Any]]:
    """Bands and borders of all ribs, posterior and anterior arcs separately."""
    parts: dict[str, list[Any]] = {"back": [], "front": [], "edges": [], "level": []}
    for sign in (-1, 1):
        for number in range(1, 12):
            curve, theta = rib_curve(a, sign, number, rng)
            half = np.interp(
                theta, [0, 0.5, 1.2, 1.6, 2.0, 2.6], [3.6, 4.3, 4.2, 3.2, 5.0, 6.2]
            ) * (1.2 if number == 1 else 1)
            half = half * rng.normal(1, 0.06)
            up, down = _offset(curve, half)
            back, front = theta <= 1.6, theta >= 1.54
            parts["back"].append(np.concatenate([up[back], down[back][::-1]]))
            parts["front"].append(np.concatenate([up[front], down[front][::-1]]))
            # The lower border is sharper at the back (costal groove); in front both are thin.
            parts["edges"] += [up[back], down[back], up[front], down[front]]
            parts["level"] += [1.3, 2.0, 0.9, 1.0]
    return parts


def ribs(grid: Grid, a: Anatomy, rng: Generator) -> Field:
    """Attenuation of the bony ribs above soft tissue, unitless."""
    parts = _rib_parts(a, rng)
    fade_front = np.interp(grid.Y[:, 0], [-20, 120, 300], [1.0, 0.85, 0.7]).astype(np.float32)[
        :, None
    ]
    # Towards the midline an anterior rib turns into cartilage, which is barely visible.
    cartilage = np.clip((grid.absX - 34) / 50, 0.1, 1)
    back = grid.fill(parts["back"], 6.0 * MARROW + 2.3 * SHELL)
    front = grid.fill(parts["front"], 5.0 * MARROW + 1.3 * SHELL) * fade_front * cartilage
    level = np.array(parts["level"])
    edges = grid.strokes(parts["edges"], np.full(len(level), 1.3), level, 4.0) * np.float32(SHELL)
    # Posteriorly the ribs end beside the vertebrae, which hide them.
    root = np.clip((grid.absX - 10) / 26, 0.25, 1)
    bone = (back + front + edges) * root
    rough = 1 + 0.20 * octave(rng, grid, 30) + 0.12 * octave(rng, grid, 7)
    # In the lateral wall the ray runs along the rib for some distance.
    along = 1 + 0.25 * np.clip((grid.absX / np.float32(a.half_width) - 0.86) * 7, 0, 1)
    return grid.blur(bone * rough * along, 0.55) * np.float32(1.55 * a.bone)


def _solid(grid: Grid, curve: np.ndarray, half: np.ndarray, inner: float, shell: float) -> Field:
    """Attenuation of a long bone, marrow between two shells: mm times coefficient."""
    up, down = _offset(curve, half)
    body = grid.fill([np.concatenate([up, down[::-1]])], inner * MARROW + shell * SHELL)
    edges = grid.strokes([up, down], np.full(2, 1.7), np.full(2, 6.0), 6.0) * np.float32(SHELL)
    return body + edges


def clavicles(grid: Grid, a: Anatomy, rng: Generator) -> Field:
    """Two S-shaped bones from the breastbone to the shoulder tip, unitless."""
    total = np.zeros((grid.size, grid.size), np.float32)
    front = a.rotation * 0.45 * a.depth
    tilt = float(rng.normal(0, 6))
    for sign in (-1, 1):
        end = 8 - a.shoulder * 0.9 + float(rng.normal(0, 3)) + tilt
        low = float(rng.uniform(34, 50))
        w = a.half_width
        points = np.array([
            (sign * 15, low), (sign * 36, low - 5), (sign * 0.5 * w, low - 14),
            (sign * 0.85 * w, end + 2), (sign * (w + 14), end - 4), (sign * (w + 34), end + 1),
        ])  # fmt: skip
        points[:, 0] += front * np.array([1, 0.9, 0.6, 0.3, 0.1, 0])
        curve = spline(points, 7)
        n = np.linspace(0, 1, len(curve))
        half = np.interp(n, [0, 0.12, 0.4, 0.75, 1], [8.5, 6.6, 5.4, 5.6, 7.2])
        total += _solid(grid, curve, half, 8.0, 3.6)
    return grid.blur(total, 0.9) * np.float32(1.5 * a.bone)


def shoulders(grid: Grid, a: Anatomy, rng: Generator) -> Field:
    """Scapulae with spine and acromion, humeral heads and shafts, unitless."""
    total = np.zeros((grid.size, grid.size), np.float32)
    w = a.half_width
    out = float(rng.uniform(-8, 16))
    for sign in (-1, 1):
        jig = rng.normal(0, 3, (2,))
        dy = -a.shoulder + jig[1]
        dx = out + jig[0]

        def at(
            *points: tuple[float, float], sign: int = sign, dx: float = dx, dy: float = dy
        ) -> np.ndarray:
            return np.array([(sign * (w + x + dx), y + dy) for x, y in points])

        blade = spline(at(
            (16, 40), (8, 62), (-2, 92), (-16, 136), (-22, 150), (-29, 142), (-33, 100), (-34, 58),
            (-30, 34), (-12, 20), (14, 24), (16, 40),
        ), 5)  # fmt: skip
        border = spline(at((17, 46), (8, 66), (-2, 96), (-16, 138), (-22, 150)), 5)
        ridge = spline(at((-32, 46), (-12, 32), (14, 16), (34, 8)), 6)
        coracoid = spline(at((10, 30), (3, 22), (-6, 24)), 5)
        total += grid.fill([blade], 3.4 * SHELL)
        lines = [border, ridge, coracoid, blade]
        total += grid.strokes(
            lines, np.array([4.5, 6.0, 8.0, 1.5]), np.array([6.0, 4.5, 6.5, 2.6]), 8.0
        ) * np.float32(SHELL)
        head = np.array([sign * (w + 38 + dx), 40 + dy])
        angle = np.linspace(0, 2 * np.pi, 30)
        ball = head + 23 * np.stack([np.cos(angle), np.sin(angle)], 1)
        far = head + np.array([sign * np.sin(a.arms), np.cos(a.arms)]) * 460
        shaft = head + (far - head) * np.linspace(0.04, 1, 12)[:, None]
        half = np.interp(np.linspace(0, 1, 12), [0, 0.12, 1], [17, 11.5, 10.0])
        total = np.maximum(total, grid.fill([ball], 24 * MARROW + 2.6 * SHELL))
        total = np.maximum(total, _solid(grid, shaft, half, 9.0, 6.0))
    return grid.blur(total, 1.1) * np.float32(1.6 * a.bone)


def spine(grid: Grid, a: Anatomy, rng: Generator) -> Field:
    """Vertebral bodies, discs, pedicles and spinous processes down the midline, unitless."""
    h = a.dome / 230
    curve = a.scoliosis * np.sin((grid.Y + 40) / np.float32(95 * h)) - np.float32(
        a.rotation * 0.4 * a.depth
    )
    x = grid.X - curve
    step = np.float32(21.0 * h) + grid.Y * np.float32(0.012)
    phase = grid.Y / step + np.float32(rng.uniform(0, 1))
    t = phase - np.floor(phase)
    half = np.interp(grid.Y[:, 0], [-60, 0, 240, 340], [9, 12.5, 17, 21]).astype(np.float32)[
        :, None
    ]
    waist = half * (1 - np.float32(0.13) * np.sin(np.pi * np.clip(t / 0.82, 0, 1)))
    in_body = np.clip((np.float32(0.41) - np.abs(t - 0.41)) * step / 1.6, 0, 1)
    across = np.clip((waist - np.abs(x)) / 1.6, 0, 1)
    plate = np.exp(-(((np.abs(t - 0.41) - 0.385) * step / 1.5) ** 2))
    edge = np.exp(-(((np.abs(x) - waist + 1) / 1.4) ** 2))
    body = across * (in_body * np.float32(20 * MARROW) + plate * np.float32(3.4 * SHELL))
    body += edge * in_body * np.float32(2.4 * SHELL)
    pedicle_y = (t - 0.3) * step / 5.0
    ring = np.hypot((np.abs(x) - half * 0.66) / 3.4, pedicle_y)
    pedicles = np.exp(-(((ring - 1) / 0.35) ** 2)) * np.float32(2.6 * SHELL)
    process = np.hypot(x / 3.2, (t - 0.68) * step / 7.0)
    processes = np.clip(1.35 - process, 0, 1) * np.float32(3.4 * SHELL)
    transverse = np.exp(-(((t - 0.3) * step / 4.2) ** 2)) * np.clip(
        (half + 13 - np.abs(x)) / 6, 0, 1
    )
    rough = 1 + 0.12 * octave(rng, grid, 5)
    total = body + pedicles + processes + transverse * np.float32(1.2 * SHELL)
    return grid.blur((total * rough).astype(np.float32), 1.1) * np.float32(a.bone)


def sternum(grid: Grid, a: Anatomy) -> Field:
    """Manubrium, a faint shield behind the upper mediastinum, unitless."""
    front = a.rotation * 0.5 * a.depth
    shield = spline(
        [(-26, 26), (0, 22), (26, 26), (20, 55), (12, 85), (-12, 85), (-20, 55), (-26, 26)], 5
    )
    return grid.blur(grid.fill([shield + np.array([front, 0.0])], 6 * MARROW + 0.6 * SHELL), 1.5)
