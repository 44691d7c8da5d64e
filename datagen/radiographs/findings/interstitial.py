"""Fibrosis and pulmonary edema."""

import numpy as np
from numpy.random import Generator

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.chest import cage_edges
from datagen.radiographs.grid import Field, ramp
from datagen.radiographs.materials import AERATION
from datagen.radiographs.scene import Scene
from datagen.radiographs.texture import fractal, web


def shrink_bases(a: Anatomy, severity: float, rng: Generator) -> None:
    """Fibrous lung shrinks: both domes rise."""
    rise = 8 + 20 * severity
    a.dome_side = [a.dome_side[0] + rise, a.dome_side[1] + rise * float(rng.uniform(0.7, 1.1))]


def fibrosis(scene: Scene, severity: float, rng: Generator) -> Field:
    """Reticular lines and honeycombing at the bases and the periphery, shaggy borders."""
    grid, a = scene.grid, scene.anatomy
    rough = fractal(rng, grid, 50, 12, 0.7)
    basal = ramp(grid.Y, 0.35 * a.dome, 0.8 * a.dome)
    edge = ramp(scene.chest.wall, 58 + 20 * severity, 8)
    where = np.clip(
        0.62 * basal + 0.62 * edge * ramp(grid.Y, 20, 0.6 * a.dome) + 0.14 * rough, 0, 1
    )
    where = where * ramp(scene.air, 5, 40) * scene.lungs
    net = np.maximum(web(rng, grid, 11, 0.13), 0.8 * web(rng, grid, 6.5, 0.16))
    amount = np.float32(0.25 + 0.75 * severity)
    scene.extra += np.float32(AERATION * 30) * amount * where * (net - 0.22)
    scene.flood(where * amount * 0.16, 0.6)
    return ramp(where * scene.lungs, 0.32, 0.42)


def congest(a: Anatomy, severity: float, rng: Generator) -> None:
    """Upper-lobe vessels at least as wide as the lower ones; heart often at the limit of normal."""
    a.upper_vessels = 0.78 + 0.24 * severity
    a.vessel_gain *= 1.05 + 0.15 * severity
    if a.ctr < 0.5:
        a.ctr = min(0.515, a.ctr + float(rng.uniform(0.0, 0.05)))


def _kerley(scene: Scene, severity: float, rng: Generator) -> Field:
    """Kerley B lines: short, thin, horizontal, touching the pleura at the bases; mm."""
    a = scene.anatomy
    curves = []
    for sign in (-1, 1):
        for y in np.arange(0.60, 1.0, 0.034) * a.dome:
            if rng.random() < 0.35 + 0.5 * severity:
                edge = float(cage_edges(a, np.array([y]))[0][0]) - 2
                length = rng.uniform(10, 22)
                tilt = rng.normal(0, 1.2)
                curves.append(np.array([(sign * edge, y), (sign * (edge - length), y + tilt)]))
    if not curves:
        return np.zeros_like(scene.base)
    return scene.grid.strokes(curves, np.full(len(curves), 1.4), np.full(len(curves), 1.0), 1.0)


def _cuffs(scene: Scene, rng: Generator) -> Field:
    """Peribronchial cuffs: thick rings round bronchi seen end-on beside the hila, 0..1."""
    h = scene.anatomy.dome / 230
    turn = np.linspace(0, 2 * np.pi, 16)
    circle = np.stack([np.cos(turn), np.sin(turn)], 1)
    rings = []
    for sign in (-1, 1):
        for _ in range(4):
            centre = np.array([sign * rng.uniform(44, 72), (100 + rng.uniform(-26, 30)) * h])
            rings.append(centre + circle * rng.uniform(3.0, 4.6))
    return scene.grid.strokes(rings, np.full(len(rings), 2.2), np.full(len(rings), 1.0), 1.0)


def edema(scene: Scene, severity: float, rng: Generator) -> Field:
    """Bat-wing haze round both hila, cephalised vessels, Kerley B lines, peribronchial cuffs."""
    grid, a = scene.grid, scene.anatomy
    h = a.dome / 230
    haze = np.zeros_like(scene.base)
    low = float(rng.uniform(0, 34)) * h
    for sign in (-1, 1):
        x, y = sign * 56.0, 114 * h + low
        rx, ry = 34 + 18 * severity, (46 + 22 * severity) * h
        r2 = ((grid.X - np.float32(x)) / np.float32(rx)) ** 2 + (
            (grid.Y - np.float32(y)) / np.float32(ry)
        ) ** 2
        haze += np.exp(-(r2**1.3)) * np.float32(rng.uniform(0.9, 1.1))
    fluff = fractal(rng, grid, 40, 5, 0.7)
    amount = np.float32(0.14 + 0.42 * severity)
    veil = ramp(grid.Y, 0.3 * a.dome, a.dome) * np.float32(0.10 * severity)
    scene.flood((haze * amount * (1 + 0.28 * fluff) + veil) * ramp(scene.air, 0, 25), 0.45)
    lines = _kerley(scene, severity, rng)
    lit = scene.lungs
    strength = np.float32(AERATION * (8 + 9 * severity))
    scene.extra += (
        strength * lines * lit + np.float32(AERATION * 11 * severity) * _cuffs(scene, rng) * lit
    )
    base = ramp(scene.chest.wall, 26, 20) * ramp(grid.Y, 0.55 * a.dome, 0.62 * a.dome)
    return ramp(np.maximum(np.minimum(haze, 1), base * float(lines.any())) * lit, 0.28, 0.38)
