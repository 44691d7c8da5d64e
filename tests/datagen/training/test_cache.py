import numpy as np

from datagen.radiographs import draw
from datagen.training import cache


def test_shards_hold_what_is_drawn_and_are_not_drawn_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "SHARD", 2)
    (tmp_path / "0001000000.partial").mkdir()  # as a killed process leaves it
    assert [p.name for p in cache.draw_shards(tmp_path, range(1_000_000, 1_000_003), 1)] == [
        "0001000000",
        "0001000002",
    ]
    first, second = cache.open_shards(tmp_path)
    assert (len(first.labels), len(second.labels)) == (2, 1)
    expected = draw(1_000_001)
    np.testing.assert_array_equal(first.images[1], expected.image)
    np.testing.assert_array_equal(first.labels[1], expected.labels)
    np.testing.assert_allclose(first.grids[1], expected.mask_grid(10), atol=1e-3)
    assert list(cache.draw_shards(tmp_path, range(1_000_000, 1_000_003), 1)) == []


def test_incomplete_shards_are_not_opened(cache_folder):
    shards = cache.open_shards(cache_folder)
    assert [len(shard.labels) for shard in shards] == [6, 4]
    assert cache.open_shards(cache_folder / "nowhere") == []
