"""From attenuation to grey level: focal blur, scatter, quantum noise, detector, window."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.grid import Field, Grid


def expose(grid: Grid, attenuation: Field, a: Anatomy, rng: Generator) -> Field:
    """Compute the log signal of the detector.

    Beer-Lambert gives the primary photons; scatter adds a wide blur of them (what a grid lets
    through, 12 to 22 % of the primary field); each pixel's count is Poisson, so noise grows
    where few photons arrive.
    """
    sharp = grid.blur(attenuation, 0.55)
    primary = np.exp(-sharp)
    signal = primary + np.float32(a.scatter) * grid.blur(np.minimum(primary, 0.35), 34)
    log = -np.log(signal)
    # In the log domain sigma = 1 / sqrt(counts). 320 pixels hold about ten detector elements
    # each, so the noise of a resized picture is small and slightly correlated.
    grains = rng.standard_normal((grid.size, grid.size), dtype=np.float32)
    grains = cv2.GaussianBlur(grains, (0, 0), 0.55)
    sigma = np.float32(0.007 * a.noise) / np.sqrt(np.maximum(signal, 0.004))
    return log + grains * np.minimum(sigma, 0.06)


def develop(grid: Grid, log: Field, a: Anatomy) -> NDArray[np.uint8]:
    """Apply dynamic range compression, edge enhancement and the display window."""
    low = np.float32(0.45 + 0.5 * a.exposure)
    high = np.float32(0.0193 * a.chest_ap * 0.99 / a.contrast + 0.8 * a.exposure)
    middle = np.float32(0.62) * high
    broad = grid.blur(np.clip(log, low, high), 26)
    flat = log - np.float32(a.equalise) * (broad - middle) * np.clip(log * 0.6, 0, 1)
    fine = log - grid.blur(log, 2.2)
    medium = log - grid.blur(log, 9)
    t = flat + np.float32(a.sharpen) * (np.float32(0.55) * fine + np.float32(0.22) * medium)
    t = (t - low) / (high - low)
    # Film-like curve: straight in the middle, a toe towards black, a shoulder towards white.
    t = np.maximum(np.float32(1.08) * t - np.float32(0.03), 0)
    t = t * (np.float32(0.62) + np.float32(0.38) * t)
    knee = np.float32(0.80)
    t = np.where(t > knee, knee + (1 - knee) * np.tanh((t - knee) / (1 - knee) * 0.8), t)
    toe = np.float32(0.10)
    t = np.where(t < toe, toe * np.exp(np.minimum(t / toe - 1, 0)), t)
    floor, peak = np.float32(-6), np.float32(246)
    return np.clip(np.rint(floor + (peak - floor) * t), 0, 255).astype(np.uint8)
