import cv2
import numpy as np
import pytest

from datagen.training import batches
from datagen.training.batches import (
    fixed_batch,
    grey_statistics,
    label_shares,
    random_batch,
)
from datagen.training.cache import Shard


def test_shapes_types_and_repeatability(shards):
    batch = random_batch(shards, 96, 5, (0, 3))
    assert batch.images.shape == (5, 96, 96)
    assert batch.images.dtype == np.uint8
    assert batch.labels.shape == (5, 14)
    assert batch.masks.shape == (5, 3, 3, 14)
    assert (batch.labels.dtype, batch.masks.dtype) == (np.float32, np.float32)
    again = random_batch(shards, 96, 5, (0, 3))
    np.testing.assert_array_equal(batch.images, again.images)
    other = random_batch(shards, 96, 5, (0, 4))
    assert (batch.images != other.images).any()


def test_a_batch_has_no_picture_twice(shards):
    batch = random_batch(shards, 32, 10, (0, 0))
    expected = np.sort(np.concatenate([shard.labels for shard in shards]), axis=0)
    np.testing.assert_array_equal(np.sort(batch.labels, axis=0), expected)


def test_without_variation_nothing_changes(shards, monkeypatch):
    for name in ("SHIFT", "ANGLE", "ZOOM", "LOG_GAMMA", "CONTRAST", "BRIGHTNESS"):
        monkeypatch.setattr(batches, f"MAX_{name}", 0)
    batch = random_batch(shards[:1], 320, 6, (0, 0))
    plain = fixed_batch(shards[0], 0, 6, 320)
    order = [int(np.argmax((plain.images == image).all(axis=(1, 2)))) for image in batch.images]
    np.testing.assert_array_equal(batch.images, plain.images[order])
    np.testing.assert_allclose(batch.masks, plain.masks[order], atol=1e-6)


def test_masks_move_with_the_picture(monkeypatch):
    monkeypatch.setattr(batches, "MAX_SHIFT", 0.2)
    monkeypatch.setattr(batches, "MAX_ANGLE", 30.0)
    mask = np.zeros((320, 320), np.float32)
    mask[64:128, 160:224] = 1
    grids = np.zeros((1, 14, 10, 10), np.float16)
    grids[0, 5] = cv2.resize(mask, (10, 10), interpolation=cv2.INTER_AREA)
    labels = np.zeros((1, 14), np.uint8)
    labels[0, 5] = 1
    shard = Shard((mask * 255).astype(np.uint8)[None], labels, grids)
    for seed in range(20):
        batch = random_batch([shard], 320, 1, (seed,))
        bright = (batch.images[0] > 127).astype(np.float32)
        expected = cv2.resize(bright, (10, 10), interpolation=cv2.INTER_AREA)
        found = batch.masks[0, ..., 5]
        centres = [np.array(np.nonzero(g)) @ g[np.nonzero(g)] / g.sum() for g in (expected, found)]
        np.testing.assert_allclose(centres[1], centres[0], atol=0.35)
        assert not batch.masks[0, ..., :5].any()


@pytest.mark.parametrize(("size", "cells"), [(128, 4), (224, 7), (320, 10), (64, 2)])
def test_cells_are_those_of_the_networks_last_maps(shards, size, cells):
    batch = fixed_batch(shards[0], 4, 10, size)
    assert batch.images.shape == (2, size, size)
    assert batch.masks.shape == (2, cells, cells, 14)
    np.testing.assert_allclose(
        batch.masks.mean(axis=(1, 2)), shards[0].grids[4:6].mean(axis=(2, 3)), atol=2e-3
    )


def test_statistics_are_those_of_the_pictures(shards):
    mean, std = grey_statistics(shards)
    assert mean == pytest.approx(shards[0].images.mean())
    assert std == pytest.approx(shards[0].images.std())
    assert label_shares(shards).shape == (14,)
