"""Heart, great vessels, trachea: the mediastinal silhouette and the air inside it."""

import numpy as np
from numpy.random import Generator

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.grid import Field, Grid, spline
from datagen.radiographs.materials import SOFT


def silhouette(a: Anatomy) -> tuple[np.ndarray, np.ndarray]:
    """Contours of the upper mediastinum and of the heart.

    From the top: superior vena cava and right atrium on the image's left; aortic knob, pulmonary
    artery, left atrial appendage and left ventricle on its right.
    """
    h = a.dome / 230
    width = 2 * a.half_width * a.ctr
    right = width * (0.29 + 0.05 * a.globular)
    left = width - right
    floor = a.dome + a.dome_left
    lift = max(0.0, a.ctr - 0.5) * 60
    shift = a.mediastinal_shift + 14 * a.rotation
    knob = 33 + 7 * a.aorta
    g = a.globular
    great = [
        (-24, -70), (-25, 5), (-26, 40 * h), (-28, 75 * h), (-29, 105 * h), (-27, 140 * h),
        (-8, 175 * h), (18, 170 * h), (40 + 3 * g, 132 * h), (39 + 4 * g, 112 * h),
        (30, 96 * h), (knob, 80 * h), (knob - 3, 66 * h), (27, 50 * h), (23, 25), (23, -70),
    ]  # fmt: skip
    heart = [
        (-25, 104 * h - lift), (-max(29, 0.52 * right), 130 * h - lift),
        (-right * 0.84, 156 * h - lift), (-right, 186 * h),
        (-right * 0.93, 212 * h), (-right * 0.7, floor + 30), (0, floor + 60),
        (left * 0.6, floor + 50), (left * 0.92, floor + 16), (left, floor - 8 - 14 * g),
        (left * (0.9 + 0.05 * g), floor - 34 - 12 * g), (left * (0.72 + 0.13 * g), 170 * h - lift),
        (46 + 12 * g, 140 * h - lift), (38, 116 * h), (0, 100 * h), (-25, 104 * h - lift),
    ]  # fmt: skip
    offset = np.array([shift, 0.0])
    return spline(great, 6) + offset, spline(heart, 6) + offset


def mediastinum(grid: Grid, a: Anatomy, rng: Generator) -> tuple[Field, Field]:
    """Path length through heart and great vessels.

    Returns:
        thickness in mm, and the heart's silhouette, 0..1.
    """
    great, heart = silhouette(a)
    outline, heart_fill = grid.fill([great, heart]), grid.fill([heart])
    depth = grid.distance(outline > 0.5)
    radius = np.float32(46)
    depth = np.minimum(depth, radius)
    # The chord of a ball: steep at the border, flat in the middle.
    chord = 2 * np.sqrt(np.maximum(2 * radius * depth - depth * depth, 0))
    deep = grid.distance(heart_fill > 0.5)
    chord = np.maximum(chord * np.float32(0.92), np.minimum(chord, 40) + 1.1 * np.minimum(deep, 70))
    # A beating heart is never sharp: about 10 ms of motion.
    moving = grid.blur(chord, 2.6)
    beat = grid.blur(heart_fill, 9)
    return chord + (moving - chord) * (0.45 + 0.55 * beat), heart_fill


def descending_aorta(grid: Grid, a: Anatomy) -> Field:
    """Left border of the descending aorta, seen through the heart; mm of soft tissue."""
    h = a.dome / 230
    shift = a.mediastinal_shift - 30 * a.rotation
    wide = 10 + 4 * a.aorta
    centre = spline(
        [(20, 84 * h), (23, 110 * h), (20, 160 * h), (14, 210 * h), (8, 270 * h)], 6
    ) + np.array([shift, 0])
    side = np.array([wide, 0.0])
    shape = grid.fill([np.concatenate([centre - side, (centre + side)[::-1]])])
    return grid.blur(shape, 1.5) * np.float32(16)


def airways(grid: Grid, a: Anatomy, rng: Generator) -> Field:
    """Air in trachea and main bronchi, unitless lucency (negative attenuation)."""
    h = a.dome / 230
    shift = a.mediastinal_shift * 1.2 + 10 * a.rotation
    carina = (3 - 3 + shift + float(rng.normal(-2, 1)), 88 * h)
    bend = float(rng.normal(-3, 2))
    trachea = spline([(shift * 0.3, -110), (bend * 0.4, -40), (bend + shift * 0.6, 20), carina], 8)
    right = spline([carina, (carina[0] - 15, 106 * h), (carina[0] - 27, 128 * h)], 6)
    left = spline([carina, (carina[0] + 20, 104 * h), (carina[0] + 40, 120 * h)], 6)
    width = (16.5 if a.sex == "M" else 14) + float(rng.normal(0, 1))
    tube = grid.strokes(
        [trachea, right, left, trachea[: len(trachea) - 2]],
        np.array([width, width * 0.72, width * 0.62, width * 0.6]),
        np.array([0.6, 0.5, 0.42, 0.95]) * width,
        24.0,
    )
    return grid.blur(tube, 2.2) * np.float32(-SOFT)


def stomach_bubble(grid: Grid, a: Anatomy, rng: Generator) -> Field:
    """Gas in the stomach's fundus and the splenic flexure below the left dome, unitless lucency."""
    dome = a.dome + a.dome_left - a.dome_side[1]
    total = np.zeros((grid.size, grid.size), np.float32)
    gases = [(rng.uniform(45, 75), rng.uniform(14, 26), rng.uniform(16, 32), rng.uniform(9, 18))]
    gases += [
        (rng.uniform(70, 115), rng.uniform(35, 60), rng.uniform(8, 20), rng.uniform(8, 16))
        for _ in range(int(rng.integers(0, 3)))
    ]
    for x, below, rx, ry in gases:
        angle = np.linspace(0, 2 * np.pi, 13)[:-1]
        wobble = 1 + 0.22 * rng.standard_normal(12)
        ring = np.stack(
            [x + rx * wobble * np.cos(angle), dome + below + ry * wobble * np.sin(angle)], 1
        )
        ring = spline(np.concatenate([ring, ring[:1]]), 5)
        total = np.maximum(total, grid.fill([ring], float(rng.uniform(10, 30)) * ry / 14))
    return grid.blur(total, 2.5) * np.float32(-SOFT)
