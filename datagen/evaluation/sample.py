"""Freshly drawn radiographs for a measurement, with only the masks that are needed."""

import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from datagen.radiographs import draw
from util.labels import LABELS

LOCALISED = ("Mass", "Cardiomegaly", "Effusion", "Pneumothorax", "Hernia", "Consolidation")
"""Findings whose Grad-CAM is scored."""


@dataclass(frozen=True)
class Drawn:
    """A radiograph to measure on.

    Attributes:
        image: uint8 (320, 320).
        labels: uint8 (14,).
        masks: bool (320, 320) for each of `LOCALISED` that is present.
    """

    image: np.ndarray
    labels: np.ndarray
    masks: dict[str, np.ndarray]


def draw_sample(seeds: Sequence[int], workers: int) -> Iterator[Drawn]:
    """Draw radiographs in worker processes, in the order of their seeds."""
    # Spawned, not forked: a parent that has built a Keras model cannot be forked safely.
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(_draw, seeds, chunksize=16)


def _draw(seed: int) -> Drawn:
    one = draw(seed)
    indices = ((name, LABELS.index(name)) for name in LOCALISED)
    masks = {name: one.masks[index] for name, index in indices if one.labels[index]}
    return Drawn(one.image, one.labels, masks)
