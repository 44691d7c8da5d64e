"""Two numbers besides the eye: grey levels and power spectrum of normals against real pictures."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from datagen.radiographs import draw

REAL = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "nih_new" / "images-small"
NORMALS = range(1000, 1024)
PERCENTILES = (5, 25, 50, 75, 95)


def grey_levels(image):
    return np.array([image.mean(), image.std(), *np.percentile(image, PERCENTILES)])


def spectrum_slope(image):
    """Slope of log power over log frequency, frequencies 4 to 149 cycles a picture width."""
    power = np.abs(np.fft.fftshift(np.fft.fft2(image - image.mean()))) ** 2
    y, x = np.indices(image.shape)
    radius = np.hypot(y - 160, x - 160).astype(int).ravel()
    mean = np.bincount(radius, power.ravel()) / np.bincount(radius)
    k = np.arange(4, 150)
    return np.polyfit(np.log(k), np.log(mean[4:150]), 1)[0]


@pytest.fixture(scope="module")
def real():
    files = sorted(REAL.glob("*.png"))
    if not files:
        pytest.skip("no real radiographs at ../shared/data/nih_new/images-small")
    images = [cv2.imread(str(f), cv2.IMREAD_GRAYSCALE) for f in files]
    return [cv2.resize(i, (320, 320), interpolation=cv2.INTER_AREA).astype(float) for i in images]


@pytest.fixture(scope="module")
def normals():
    return [draw(seed, findings={}).image.astype(float) for seed in NORMALS]


def test_grey_levels_within_the_real_range(real, normals):
    levels = np.array([grey_levels(image) for image in real])
    drawn = np.array([grey_levels(image) for image in normals])
    low, high = levels.min(axis=0), levels.max(axis=0)
    middle = np.median(drawn, axis=0)
    assert ((middle >= low) & (middle <= high)).all(), (low, middle, high)
    share = ((drawn >= low) & (drawn <= high)).mean(axis=0)
    assert (share >= 0.6).all(), share


def test_spectrum_slope_within_the_real_range(real, normals):
    slopes = [spectrum_slope(image) for image in real]
    drawn = np.array([spectrum_slope(image) for image in normals])
    inside = (drawn >= min(slopes)) & (drawn <= max(slopes))
    assert inside.mean() >= 0.9, (min(slopes), drawn.min(), drawn.max(), max(slopes))
