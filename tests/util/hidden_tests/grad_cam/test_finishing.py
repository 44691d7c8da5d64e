"""ReLU, size and scale, one map at a time and many at once."""

import cv2
import numpy as np
import pytest
from scipy.ndimage import zoom

from util.hidden_tests.grad_cam.finishing import (
    errors_of,
    finish,
    finish_all,
    references,
    right_ways,
)

RAWS = [np.random.default_rng(seed).normal(size=(5, 7)) for seed in range(3)]


@pytest.mark.parametrize("interpolation", [cv2.INTER_LINEAR, cv2.INTER_NEAREST])
def test_many_maps_at_once_come_out_as_one_by_one(interpolation):
    raws = [*RAWS, RAWS[0].T, RAWS[1][:1], -np.abs(RAWS[2])]
    done = finish_all(raws, 20, 28, interpolation)
    for raw, one in zip(raws, done, strict=True):
        np.testing.assert_allclose(
            one, finish(raw, 20, 28, interpolation=interpolation), atol=1e-12
        )


def test_a_finished_map_goes_from_0_to_1():
    cam = finish(RAWS[0], 20, 28)
    assert (cam.shape, cam.min(), cam.max()) == ((20, 28), 0.0, 1.0)


def test_relu_and_scale_can_be_left_out():
    assert finish(RAWS[0], 20, 28, relu=False).min() < 0
    assert finish(RAWS[0], 20, 28, scale=False).max() != 1


def test_a_map_of_zeros_stays_one():
    assert not finish(np.full((5, 7), -1.0), 20, 28).any()


def test_the_references_are_the_linear_map_and_the_one_of_the_nearest_positions():
    linear, nearest = references(RAWS[0], 20, 28)
    raw = np.maximum(RAWS[0], 0)
    np.testing.assert_allclose(nearest, np.kron(raw, np.ones((4, 4))) / raw.max())
    np.testing.assert_allclose(linear, finish(RAWS[0], 20, 28))


def test_the_error_is_that_to_the_nearer_reference():
    linear, nearest = references(RAWS[0], 20, 28)
    cams = np.stack([linear, nearest, np.zeros((20, 28))])
    expected = [0, 0, min((linear**2).mean(), (nearest**2).mean())]
    np.testing.assert_allclose(errors_of(cams, RAWS[0]), expected, atol=1e-12)


def test_right_ways_go_from_0_to_1_and_hold_what_other_libraries_give():
    ways = right_ways(RAWS[0], 20, 28)
    assert (ways.min(), ways.max()) == (0.0, 1.0)
    zoomed = np.maximum(zoom(RAWS[0], 4, order=1), 0)
    after = np.maximum(cv2.resize(RAWS[0], (28, 20)), 0)
    for expected in (zoomed / zoomed.max(), after / after.max(), finish(RAWS[0], 20, 28)):
        assert np.abs(ways - expected).max(axis=(1, 2)).min() < 1e-6
