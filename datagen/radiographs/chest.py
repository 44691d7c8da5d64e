"""The thoracic cavity: the air along each ray, and what replaces it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.grid import Field, Grid, ramp

APEX_TO_BASE = (0, 4, 10, 25, 50, 90, 140, 190, 240, 320)
"""Heights in mm at which the cage's half width is given, for a cage 140 mm wide and 230 high."""

OUTER = (60, 74, 84, 99, 114, 127, 135.5, 139, 140, 138.5)
INNER = (52, 43, 36, 27, 22, 19, 16, 13, 12, 12)


@dataclass
class Chest:
    """Maps of the thoracic cavity, each (size, size)."""

    outer: Field  # half width of the cage at each row, (size, 1), mm
    cavity: Field  # depth of the cavity along the ray above and behind the diaphragm, mm
    dome: Field  # y of the diaphragm's skyline, mm
    wall: Field  # distance to the chest wall (lateral or apical), mm; 0 outside
    side: NDArray[np.int8]  # -1 right lung (image left), +1 left lung


def cage_edges(a: Anatomy, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Outer and inner border of a lung at heights ``y``, mm from the midline."""
    scale = a.half_width / 140
    rows = np.asarray(APEX_TO_BASE) * max(a.dome, 150) / 230
    outer = np.interp(y, rows, np.asarray(OUTER) * scale, left=0)
    inner = np.interp(y, rows, np.asarray(INNER) * scale, left=60 * scale)
    return outer, inner


def skyline(grid: Grid, a: Anatomy, sign: int) -> Field:
    """Y of one hemidiaphragm's upper contour over the whole width, mm."""
    top = a.dome + (a.dome_left if sign > 0 else 0) - a.dome_side[0 if sign < 0 else 1]
    peak, edge = 0.46 * a.half_width, a.half_width
    x = np.clip(sign * grid.X, 0, edge)
    lateral = np.clip((x - np.float32(peak)) / np.float32(edge - peak), 0, 1)
    medial = np.clip((np.float32(peak) - x) / np.float32(peak), 0, 1)
    drop = a.dome_drop + a.dome_side[0 if sign < 0 else 1]
    arc = 1 - np.sqrt(np.maximum(1 - np.float32(0.985) * lateral * lateral, 0))
    return np.float32(top) + np.float32(drop) * arc + np.float32(0.3 * a.dome_drop) * medial**2


def open_chest(grid: Grid, a: Anatomy) -> Chest:
    """Compute the cavity as if there were no heart and no mediastinum."""
    outer1, inner1 = cage_edges(a, grid.Y[:, 0])
    outer, inner = (e.astype(np.float32)[:, None] for e in (outer1, inner1))
    x = np.abs(grid.X - np.float32(a.rotation * 25))
    span = np.maximum(outer - inner, 1)
    u = np.clip((x - inner) / span, 0, 1)
    lateral = np.sqrt(np.maximum(1 - np.maximum((u - 0.2) / 0.8, 0) ** 2.2, 0))
    medial = np.sqrt(np.clip((x - inner) / 26, 0, 1))
    y = np.maximum(grid.Y, 0)
    level = np.float32(a.depth) * np.sqrt(y / (y + 42))
    dome = np.where(grid.X < 0, skyline(grid, a, -1), skyline(grid, a, 1))
    v = np.clip((x - 0.46 * a.half_width) / (0.54 * a.half_width), 0, 1)
    sulcus = np.float32(62) * (1 - v * v) + 5
    # The dome bulges up in front: below its skyline the ray crosses more and more liver, like the
    # chord of a sphere, and the lung behind it thins out towards the posterior sulcus.
    below = np.sqrt(np.clip((grid.Y - dome) / sulcus, 0, 1))
    cavity = level * lateral * medial * (1 - below)
    inside = (x < outer) & (grid.Y > 0)
    wall = grid.distance(inside)
    side = np.where(grid.X < 0, -1, 1).astype(np.int8)
    return Chest(outer, cavity.astype(np.float32), dome.astype(np.float32), wall, side)


def place_in_lung(a: Anatomy, sign: int, height: float, out: float) -> tuple[float, float]:
    """Point in a lung, mm: ``height`` 0 (apex) to 1 (dome), ``out`` 0 (hilum) to 1 (chest wall)."""
    y = height * (a.dome + (a.dome_left if sign > 0 else 0))
    edge, _ = cage_edges(a, np.array([y]))
    near = 30.0
    return sign * (near + out * (float(edge[0]) - near)), y


def lung_mask(grid: Grid, chest: Chest, a: Anatomy, sign: int = 0) -> Field:
    """Lung fields above the diaphragm's skyline, soft-edged; one side or (0) both."""
    field = ramp(chest.cavity, 8, 30) * ramp(grid.Y - chest.dome, 3, -3)
    return field if sign == 0 else field * (chest.side == sign)
