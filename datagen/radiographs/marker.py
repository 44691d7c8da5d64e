"""The side marker: a lead letter and, on every picture, the word SYNTHETIC in lead type."""

import cv2
import numpy as np
from numpy.random import Generator

from datagen.radiographs.grid import Field, Grid
from datagen.radiographs.materials import LEAD_LETTER

WORD = "SYNTHETIC"
NOMINAL = 320
"""Picture size in pixels to which the letter sizes refer."""


def lead_letters(grid: Grid, rng: Generator) -> Field:
    """Attenuation of the marker in a random top corner, unitless.

    It is drawn on every picture, at a position independent of the findings, so that no classifier
    can learn anything from it.
    """
    canvas = np.zeros((2 * NOMINAL, 2 * NOMINAL), np.uint8)
    left = rng.random() < 0.35
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, 0.62
    (width, height), _ = cv2.getTextSize(WORD, font, scale, 1)
    x = int(rng.integers(10, 26)) if left else 2 * NOMINAL - width - int(rng.integers(10, 26))
    y = int(rng.integers(10, 30)) + height
    cv2.putText(canvas, WORD, (x, y), font, scale, 255, 1, cv2.LINE_AA)
    letter = "R" if left else "L"
    cv2.putText(canvas, letter, (x + width // 2 - 10, y + 40), font, 1.15, 255, 3, cv2.LINE_AA)
    small = cv2.resize(canvas, (grid.size, grid.size), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) * np.float32(1.6 * LEAD_LETTER / 255)
