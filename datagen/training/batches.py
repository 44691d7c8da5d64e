"""Training batches: radiographs from the cache, randomly augmented."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from .cache import Shard

STATISTICS_SAMPLE = 100
"""Pictures for mean and standard deviation, as many as in the lesson."""

MAX_SHIFT = 0.06
"""Relative to the edge, in both directions."""
MAX_ANGLE = 6.0
"""Degrees."""
MAX_ZOOM = 0.10
"""Relative change of size."""
MAX_LOG_GAMMA = 0.25
"""Natural logarithm of the exponent applied to grey levels in 0..1."""
MAX_CONTRAST = 0.15
"""Relative change of the distance from middle grey."""
MAX_BRIGHTNESS = 0.06
"""Relative to the full scale."""


@dataclass(frozen=True)
class Batch:
    """The data of one training step.

    Attributes:
        images: uint8 (n, size, size).
        labels: float32 (n, 14).
        masks: float32 (n, cells, cells, 14), the share of each cell that a finding covers.
    """

    images: np.ndarray
    labels: np.ndarray
    masks: np.ndarray


def grey_statistics(shards: Sequence[Shard]) -> tuple[float, float]:
    """Return mean and standard deviation of grey levels, as the lesson computes them."""
    sample = np.asarray(shards[0].images[:STATISTICS_SAMPLE], dtype=np.float64)
    return float(sample.mean()), float(sample.std())


def label_shares(shards: Sequence[Shard]) -> np.ndarray:
    """Return the share of radiographs that have each finding, shape (14,)."""
    return np.concatenate([shard.labels for shard in shards]).mean(axis=0)


def random_batch(shards: Sequence[Shard], size: int, count: int, seed: Sequence[int]) -> Batch:
    """Draw a random batch and augment it. The same seed gives the same batch.

    Args:
        shards: The cache.
        size: Edge of the pictures, a multiple of 32.
        count: Number of pictures in the batch.
        seed: Any numbers.
    """
    rng = np.random.default_rng(seed)
    ends = np.cumsum([len(shard.labels) for shard in shards])
    chosen = rng.choice(ends[-1], count, replace=False)
    items = []
    for index in chosen:
        at = int(np.searchsorted(ends, index, side="right"))
        within = int(index - ends[at] + len(shards[at].labels))
        items.append(_varied(shards[at], within, size, rng))
    return _stack(items)


def fixed_batch(shard: Shard, first: int, count: int, size: int) -> Batch:
    """Return pictures of a shard without augmentation, only resized.

    Args:
        shard: The source.
        first: Index of the first picture.
        count: Number of pictures; fewer are returned at the shard's end.
        size: Edge of the pictures, a multiple of 32.
    """
    stop = min(first + count, len(shard.labels))
    return _stack(
        [
            (_resized(shard.images[i], size), shard.labels[i], _cells(_grid(shard, i), size))
            for i in range(first, stop)
        ]
    )


Item = tuple[np.ndarray, np.ndarray, np.ndarray]


def _stack(items: Sequence[Item]) -> Batch:
    images, labels, masks = zip(*items, strict=True)
    return Batch(np.stack(images), np.stack(labels).astype(np.float32), np.stack(masks))


def _varied(shard: Shard, index: int, size: int, rng: np.random.Generator) -> Item:
    """Shift, rotate, zoom and re-expose one radiograph, and transform its mask grid likewise."""
    angle = rng.uniform(-MAX_ANGLE, MAX_ANGLE)
    zoom = np.exp(rng.uniform(-MAX_ZOOM, MAX_ZOOM))
    shift = rng.uniform(-MAX_SHIFT, MAX_SHIFT, 2)
    image = cv2.warpAffine(
        _resized(shard.images[index], size),
        _affine(size, angle, zoom, shift),
        (size, size),
        borderMode=cv2.BORDER_REPLICATE,
    )
    grid = _grid(shard, index)
    affine = _affine(len(grid), angle, zoom, shift)
    for finding in np.flatnonzero(shard.labels[index]):
        # There is no finding outside the picture; replicating the border would add some.
        grid[..., finding] = cv2.warpAffine(
            grid[..., finding], affine, grid.shape[:2], borderMode=cv2.BORDER_CONSTANT
        )
    return _exposed(image, rng), shard.labels[index], _cells(grid, size)


def _affine(edge: int, angle: float, zoom: float, shift: np.ndarray) -> np.ndarray:
    """Return the matrix of a rotation about the centre, a zoom and a shift relative to the edge."""
    middle = (edge - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), angle, zoom)
    matrix[:, 2] += shift * edge
    return matrix


def _exposed(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Change gamma, contrast and brightness through a lookup table of the 256 grey levels."""
    levels = np.linspace(0, 1, 256) ** np.exp(rng.uniform(-MAX_LOG_GAMMA, MAX_LOG_GAMMA))
    levels = (levels - 0.5) * (1 + rng.uniform(-MAX_CONTRAST, MAX_CONTRAST)) + 0.5
    levels += rng.uniform(-MAX_BRIGHTNESS, MAX_BRIGHTNESS)
    return cv2.LUT(image, np.clip(np.rint(255 * levels), 0, 255).astype(np.uint8))


def _resized(image: np.ndarray, size: int) -> np.ndarray:
    image = np.asarray(image)
    if len(image) == size:
        return image
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)


def _grid(shard: Shard, index: int) -> np.ndarray:
    """Return a radiograph's mask grid, float32, findings last."""
    return np.ascontiguousarray(shard.grids[index].transpose(1, 2, 0), dtype=np.float32)


def _cells(grid: np.ndarray, size: int) -> np.ndarray:
    """Resize a mask grid to the cells of the network's last maps at a picture size."""
    cells = size // 32
    if len(grid) == cells:
        return grid
    layers = [
        cv2.resize(np.ascontiguousarray(layer), (cells, cells), interpolation=cv2.INTER_AREA)
        for layer in np.moveaxis(grid, -1, 0)
    ]
    return np.stack(layers, axis=-1)
