"""Measurement of the weights on the validation radiographs."""

from collections.abc import Sequence

import numpy as np

from datagen.evaluation.statistics import area_under_curve

from .batches import fixed_batch
from .cache import Shard
from .trainer import Trainer

BATCH = 25


def validate(trainer: Trainer, shards: Sequence[Shard], size: int) -> tuple[np.ndarray, float]:
    """Measure the current weights.

    Args:
        trainer: The trainer; its weights are not changed.
        shards: Radiographs that were not trained on.
        size: Edge to which they are resized, a multiple of 32.

    Returns:
        The area under the curve per finding, shape (14,), and the share of present findings
        whose class map is highest in a cell that the finding touches.
    """
    labels, logits, hits = [], [], []
    for shard in shards:
        for first in range(0, len(shard.labels), BATCH):
            batch = fixed_batch(shard, first, BATCH, size)
            maps = trainer.class_maps(batch.images)
            labels.append(batch.labels)
            logits.append(maps.mean(axis=(1, 2)))
            hits.append(_hits(maps, batch.masks))
    areas = area_under_curve(np.concatenate(labels), np.concatenate(logits))
    return areas, float(np.concatenate(hits).mean())


def _hits(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return for each present finding whether the highest cell is one of its cells."""
    flat = (len(maps), -1, maps.shape[-1])
    peaks = maps.reshape(flat).argmax(axis=1)
    at_peak = np.take_along_axis(masks.reshape(flat), peaks[:, np.newaxis], axis=1)[:, 0]
    return at_peak[masks.any(axis=(1, 2))] > 0
