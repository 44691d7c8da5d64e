"""A disk cache of radiographs: drawing one takes longer than a training step at a small size.

A cache is a folder of *shards*. A shard is a folder of three ``.npy`` files with the pictures
(uint8, n x size x size), the labels (uint8, n x 14) and the mask grids (float16, n x 14 x 10 x
10). It appears atomically once it is complete, so that drawing can be interrupted at any time,
resumes where it stopped, and can run while training reads the existing shards.
"""

import multiprocessing
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from datagen.radiographs import draw

SIZE = 320
GRID = 10
"""Cells along an edge of the network's last maps at `SIZE`."""

SHARD = 500
"""Radiographs in a shard."""

_FILES = ("images", "labels", "grids")


@dataclass(frozen=True)
class Shard:
    """One shard, its arrays mapped from disk.

    Attributes:
        images: uint8 (n, SIZE, SIZE).
        labels: uint8 (n, 14).
        grids: float16 (n, 14, GRID, GRID), the share of each cell that a finding covers.
    """

    images: np.ndarray
    labels: np.ndarray
    grids: np.ndarray


def draw_shards(folder: Path, seeds: range, workers: int) -> Iterator[Path]:
    """Draw the missing shards.

    Args:
        folder: The cache; created if missing.
        seeds: One seed per radiograph; `SHARD` of them make a shard.
        workers: Processes to draw with.

    Yields:
        Each shard's folder as soon as it is complete.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = [seeds[at : at + SHARD] for at in range(0, len(seeds), SHARD)]
    wanted = [(folder, part) for part in parts if not _place(folder, part).is_dir()]
    # Spawned, not forked: a parent that has TensorFlow loaded cannot be forked safely.
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(_draw_shard, wanted)


def open_shards(folder: Path) -> list[Shard]:
    """Map all complete shards of a cache, in the order of their seeds."""
    places = sorted(place for place in folder.glob("*") if place.name.isdigit())
    return [
        Shard(*(np.load(place / f"{name}.npy", mmap_mode="r") for name in _FILES))
        for place in places
    ]


def _place(folder: Path, seeds: range) -> Path:
    return folder / f"{seeds.start:010d}"


def _draw_shard(job: tuple[Path, range]) -> Path:
    folder, seeds = job
    drawn = [draw(seed, size=SIZE) for seed in seeds]
    arrays: dict[str, Any] = {
        "images": np.stack([one.image for one in drawn]),
        "labels": np.stack([one.labels for one in drawn]),
        "grids": np.stack([one.mask_grid(GRID) for one in drawn]).astype(np.float16),
    }
    place = _place(folder, seeds)
    partial = place.with_name(place.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for name, array in arrays.items():
        np.save(partial / f"{name}.npy", array)
    partial.rename(place)
    return place
