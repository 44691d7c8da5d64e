"""Random fields that model the irregularity of tissue."""

import cv2
import numpy as np
from numpy.random import Generator

from datagen.radiographs.grid import Field, Grid


def stream(seed: int, number: int) -> Generator:
    """Return an independent generator per drawn structure, so that adding one changes no other."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number])))


def octave(rng: Generator, grid: Grid, scale: float) -> Field:
    """Unit-variance noise whose blobs are about ``scale`` mm across.

    It is drawn on a coarse lattice and interpolated, so that another picture size shows the same
    blobs.
    """
    extent = grid.size * grid.mm
    n = int(np.clip(round(extent / scale), 3, 640)) + 3
    lattice = rng.standard_normal((n, n), dtype=np.float32)
    if n >= 2 * grid.size:
        field = cv2.resize(lattice, (grid.size, grid.size), interpolation=cv2.INTER_AREA)
    else:
        field = cv2.resize(lattice, (grid.size, grid.size), interpolation=cv2.INTER_CUBIC)
    return field * np.float32(1.35)


def fractal(rng: Generator, grid: Grid, largest: float, smallest: float, gain: float) -> Field:
    """Sum of octaves from ``largest`` to ``smallest`` mm, each ``gain`` times the one before."""
    total = np.zeros((grid.size, grid.size), np.float32)
    weight, power, scale = 1.0, 0.0, largest
    while scale >= smallest:
        total += np.float32(weight) * octave(rng, grid, scale)
        power += weight * weight
        weight *= gain
        scale /= 2
    return total * np.float32(1 / np.sqrt(max(power, 1e-9)))


def web(rng: Generator, grid: Grid, cell: float, line: float) -> Field:
    """A net of thin irregular lines, 0..1: where a smooth random field crosses zero.

    Args:
        rng: random generator.
        grid: the detector.
        cell: mesh size, mm.
        line: line width as a share of the mesh.
    """
    first = octave(rng, grid, cell)
    second = octave(rng, grid, cell * 0.8)
    width = np.float32(1 / (line * 2))
    lines = np.maximum(1 - np.abs(first) * width, 1 - np.abs(second) * width)
    return np.maximum(lines, 0)
