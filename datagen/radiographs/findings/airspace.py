"""Airspace disease: infiltration, pneumonia, consolidation."""

import numpy as np
from numpy.random import Generator

from datagen.radiographs.chest import cage_edges, place_in_lung
from datagen.radiographs.grid import Field, ramp, spline
from datagen.radiographs.scene import Scene
from datagen.radiographs.texture import fractal, octave, web


def _bronchograms(scene: Scene, sign: int, rng: Generator, x: float, y: float) -> Field:
    """Air-filled bronchi from the hilum into an airless zone, 0..1."""
    h = scene.anatomy.dome / 230
    hilum = np.array([sign * 34.0, 104 * h])
    target = np.array([x, y])
    curves, widths = [], []
    for _ in range(5):
        end = target + rng.normal(0, 20, 2)
        middle = 0.5 * (hilum + end) + rng.normal(0, 11, 2)
        path = spline(np.stack([hilum, middle, end, end + 0.25 * (end - middle)]), 5)
        curves += [path[:8], path[7:]]
        widths += [3.2, 2.0]
        start = path[9]
        twig = np.stack([start, start + 0.5 * (end - start) + rng.normal(0, 9, 2)])
        curves.append(twig)
        widths.append(1.6)
    return scene.grid.blur(
        scene.grid.strokes(curves, np.array(widths), np.ones(len(widths)), 1.0), 1.1
    )


def infiltration(scene: Scene, severity: float, rng: Generator) -> Field:
    """Several small ill-defined patches, streaky and nodular, scattered over both lungs."""
    grid = scene.grid
    patches = np.zeros_like(scene.base)
    for index in range(int(rng.integers(5, 8)) + int(3 * severity)):
        sign = (-1 if index % 2 else 1) if rng.random() < 0.8 else int(rng.choice((-1, 1)))
        x, y = place_in_lung(scene.anatomy, sign, rng.uniform(0.3, 0.95), rng.uniform(0.15, 0.8))
        rx, ry = rng.uniform(13, 24, 2)
        r2 = ((grid.X - np.float32(x)) / np.float32(rx)) ** 2 + (
            (grid.Y - np.float32(y)) / np.float32(ry)
        ) ** 2
        patches = np.maximum(patches, np.exp(-r2))
    dots = np.maximum(octave(rng, grid, 7) - 0.25, 0)
    streaks = grid.blur(web(rng, grid, 13, 0.16), 0.8)
    cloud = fractal(rng, grid, 18, 4, 0.8)
    grain = 0.34 + 0.30 * dots + 0.40 * streaks + 0.22 * cloud
    share = patches * grain * np.float32(0.22 + 0.5 * severity)
    scene.flood(share * ramp(scene.air, 0, 30), 0.4)
    return ramp(patches * scene.lungs, 0.25, 0.35)


def pneumonia(scene: Scene, severity: float, rng: Generator) -> Field:
    """One zone of fluffy, ill-defined opacity, confluent in the middle, with air bronchograms."""
    grid = scene.grid
    sign = -1 if rng.random() < 0.55 else 1
    height = float(rng.uniform(0.35, 0.85))
    x, y = place_in_lung(scene.anatomy, sign, height, float(rng.uniform(0.25, 0.6)))
    rx, ry = 24 + 16 * severity + rng.uniform(0, 6), 22 + 16 * severity + rng.uniform(0, 6)
    r = np.hypot(
        (grid.X - np.float32(x)) / np.float32(rx), (grid.Y - np.float32(y)) / np.float32(ry)
    )
    fluff = fractal(rng, grid, 26, 4, 0.75)
    cloud = grid.blur(ramp(r + 0.22 * fluff, 1.45, 0.15), 2.2) * scene.lung(sign)
    share = cloud * np.float32(0.46 + 0.42 * severity) * (1 + 0.16 * fluff)
    air = _bronchograms(scene, sign, rng, x, y)
    scene.flood(share * (1 - 0.28 * air), 0.9)
    return ramp(grid.blur(cloud, 3), 0.25, 0.4)


def _lobe(scene: Scene, rng: Generator) -> tuple[Field, int, tuple[float, float]]:
    """A lobe's or large segment's projection with one sharp fissure border."""
    grid, a = scene.grid, scene.anatomy
    h = a.dome / 230
    tilt = float(rng.uniform(-0.1, 0.12))
    fissure = 112 * h + float(rng.normal(0, 6))
    edge = float(cage_edges(a, np.array([fissure]))[0][0])
    kind = str(
        rng.choice(("right upper", "right middle", "right lower", "left upper", "left lower"))
    )
    sign = -1 if kind.startswith("right") else 1
    line = grid.Y - np.float32(fissure) - np.float32(tilt) * (np.abs(grid.X) - 70)
    line = line + 2.5 * np.sin(grid.absX / np.float32(26) + np.float32(rng.uniform(0, 6)))
    if kind == "right upper":
        return ramp(line, 1.2, -1.2), sign, (0.62 * edge * sign, 66 * h)
    if kind == "left upper":
        # The lingula's lower border fades; an accessory fissure bounds the upper division.
        return ramp(line, 9, -3) * ramp(grid.Y, 8, 45), sign, (0.6 * edge, 74 * h)
    if kind == "right middle":
        slant = grid.Y - np.float32(196 * h) + (grid.absX - 40) * np.float32(0.55)
        return ramp(line, -1.2, 1.2) * ramp(slant, 16, -10), sign, (-58.0, 150 * h)
    top = 138 * h if sign < 0 else 132 * h
    slope = grid.Y - np.float32(top) - (np.float32(0.42) * (grid.absX - 60))
    return ramp(slope, -2, 2.5) if sign > 0 else ramp(slope, -8, 10), sign, (sign * 72.0, 185 * h)


def consolidation(scene: Scene, severity: float, rng: Generator) -> Field:
    """Dense homogeneous opacity of a lobe, sharply bounded by a fissure, with air bronchograms."""
    shape, sign, centre = _lobe(scene, rng)
    cloudy = 1 + 0.10 * fractal(rng, scene.grid, 40, 10, 0.6)
    body = shape * ramp(scene.chest.cavity, 2, 25) * (scene.chest.side == sign)
    air = _bronchograms(scene, sign, rng, *centre)
    scene.flood(body * np.float32(0.5 + 0.48 * severity) * cloudy * (1 - 0.2 * air), 1.0)
    return ramp(body * ramp(scene.grid.Y - scene.chest.dome, 8, 0), 0.4, 0.5)
