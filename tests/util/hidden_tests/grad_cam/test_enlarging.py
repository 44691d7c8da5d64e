"""The ways of enlarging, against the libraries that have them."""

import cv2
import numpy as np
import pytest
from scipy.ndimage import zoom

from proctor.seeds import generator
from util.hidden_tests import grad_cam
from util.hidden_tests.grad_cam.enlarging import finished, least_difference, peaks, together
from util.hidden_tests.grad_cam.finishing import finish
from util.hidden_tests.grad_cam.mistakes import scene_of
from util.hidden_tests.grad_cam.nearby import nearby

CV2 = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)


@pytest.fixture(scope="module")
def scenes():
    challenge = grad_cam.pose(generator(11))
    return [scene_of(challenge, number) for number in range(4)]


def test_a_map_is_enlarged_as_the_libraries_do_it(scenes):
    for scene in scenes:
        height, width = scene.worked.image.shape[:2]
        (maps,) = finished([scene.right], scene)
        assert maps.shape == (15, height, width)
        for place, way in enumerate(CV2):
            wanted = finish(scene.right, height, width, interpolation=way)
            np.testing.assert_allclose(maps[3 * place], wanted, atol=1e-6)
            after = np.maximum(cv2.resize(scene.right, (width, height), interpolation=way), 0)
            np.testing.assert_allclose(maps[3 * place + 1], after / after.max(), atol=1e-6)
            np.testing.assert_allclose(maps[3 * place + 2], np.maximum(wanted, 0), atol=1e-6)
        edges = np.maximum(zoom(scene.right, 4, order=1), 0)
        np.testing.assert_allclose(maps[13], edges / edges.max(), atol=1e-6)


def test_maps_of_all_cases_stand_in_a_row(scenes):
    pixels = sum(np.prod(scene.worked.image.shape[:2]) for scene in scenes)
    assert together([[s.right, -s.right] for s in scenes], scenes).shape == (2, 15, pixels)


def test_the_right_map_is_no_way_off_and_each_wrong_idea_is(scenes):
    off = np.array([least_difference([s.right, *nearby(s)], s) for s in scenes]).max(axis=0)
    assert off[0] < 1e-12
    assert off[1:].min() > 2e-3


def test_peaks_are_those_of_maps_that_are_scaled_before_or_after(scenes):
    for scene in scenes:
        least, most = peaks(scene)
        assert 0.5 < least <= 1 <= most
        size = scene.worked.image.shape[1::-1]
        small = (np.maximum(scene.right, 0) / scene.right.max()).astype(np.float64)
        for way in CV2:
            peak = cv2.resize(small, size, interpolation=way).max()
            assert least - 1e-6 <= peak <= most + 1e-6
