"""Which answers are sums of the activations with other weights, or moved by a number."""

import cv2
import numpy as np
import pytest

from proctor.seeds import generator
from util.hidden_tests import grad_cam
from util.hidden_tests.grad_cam.finishing import finish
from util.hidden_tests.grad_cam.mistakes import scene_of
from util.hidden_tests.grad_cam.refitting import left_by_offsets, left_by_weights


@pytest.fixture(scope="module")
def scenes():
    challenge = grad_cam.pose(generator(13))
    return [scene_of(challenge, number) for number in range(4)]


def maps_of(scenes, raw_of, *, way=cv2.INTER_LINEAR, last=False):
    """Return the maps that raw ones give, ReLU before they are enlarged or after."""
    cams = []
    for scene in scenes:
        height, width = scene.worked.image.shape[:2]
        raw = raw_of(scene)
        cam = finish(raw, height, width, interpolation=way)
        if last:
            cam = np.maximum(cv2.resize(raw, (width, height), interpolation=way), 0)
        cams.append(cam / cam.max())
    return cams


WAYS = [(cv2.INTER_NEAREST, False), (cv2.INTER_LINEAR, False), (cv2.INTER_CUBIC, True)]


@pytest.mark.parametrize(("way", "last"), WAYS)
def test_any_weights_are_found(scenes, way, last):
    cams = maps_of(
        scenes, lambda s: s.maps @ (s.weights + 0.3 * s.weights.std()), way=way, last=last
    )
    assert left_by_weights(cams, scenes) < 1e-10


@pytest.mark.parametrize(("way", "last"), WAYS)
def test_a_number_that_was_subtracted_is_found(scenes, way, last):
    cams = maps_of(scenes, lambda s: s.right - 0.1 * s.right.max(), way=way, last=last)
    assert left_by_offsets(cams, scenes) < 1e-10
    assert left_by_weights(cams, scenes) > 1e-6


def test_what_is_no_sum_is_not_explained(scenes):
    cams = maps_of(scenes, lambda s: np.sqrt(np.maximum(s.right, 0)))
    assert left_by_weights(cams, scenes) > 1e-3
    assert left_by_offsets(cams, scenes) > 1e-3
