"""A cache of random pictures, in the layout that drawing leaves."""

import numpy as np
import pytest

from datagen.training.cache import GRID, SIZE, open_shards


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory):
    """Return a cache of two shards of random pictures, six and four."""
    folder = tmp_path_factory.mktemp("cache")
    rng = np.random.default_rng(0)
    for start, count in ((1_000_000, 6), (1_000_500, 4)):
        place = folder / f"{start:010d}"
        place.mkdir()
        labels = rng.integers(0, 2, (count, 14), dtype=np.uint8)
        labels[0], labels[1] = 0, 1
        grids = rng.uniform(size=(count, 14, GRID, GRID)) * labels[..., None, None]
        images = rng.integers(0, 256, (count, SIZE, SIZE), dtype=np.uint8)
        np.save(place / "images.npy", images)
        np.save(place / "labels.npy", labels)
        np.save(place / "grids.npy", grids.astype(np.float16))
    (folder / "0001001000.partial").mkdir()
    return folder


@pytest.fixture
def shards(cache_folder):
    return open_shards(cache_folder)
