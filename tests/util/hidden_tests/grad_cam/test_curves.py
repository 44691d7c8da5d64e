"""What curves of the right map's values can explain, and what they can't."""

import cv2
import numpy as np
import pytest

from proctor.seeds import generator
from util.hidden_tests import grad_cam
from util.hidden_tests.grad_cam.curves import left_by_curves
from util.hidden_tests.grad_cam.finishing import finish
from util.hidden_tests.grad_cam.mistakes import scene_of


@pytest.fixture(scope="module")
def scenes():
    challenge = grad_cam.pose(generator(12))
    return [scene_of(challenge, number) for number in range(4)]


def left(scenes, cam_of):
    """Return what curves leave of an answer."""
    cams = [cam_of(scene, *scene.worked.image.shape[:2]) for scene in scenes]
    return left_by_curves(np.concatenate([(cam / cam.max()).ravel() for cam in cams]), scenes)


def at_the_end(curve):
    return lambda scene, height, width: curve(finish(scene.right, height, width))


def at_the_cells(curve):
    return lambda scene, height, width: finish(
        curve(scene.right / scene.right.max()), height, width, relu=False
    )


@pytest.mark.parametrize(
    ("cam_of", "most"),
    [
        (at_the_end(lambda cam: cam), 1e-12),
        (at_the_end(lambda cam: np.where(cam < 0.3, 0, cam)), 1e-12),
        (at_the_end(lambda cam: cam**2), 1e-5),
        (at_the_end(np.sqrt), 2e-3),
        (at_the_cells(lambda raw: np.where(raw > 0, raw, 0.2 * raw)), 1e-6),
        (at_the_cells(lambda raw: np.maximum(raw, 0) ** 1.5), 1e-4),
    ],
)
def test_a_curve_explains_its_map(scenes, cam_of, most):
    assert left(scenes, cam_of) < most


def test_a_curve_does_not_explain_another_map(scenes):
    def other(scene, height, width):
        return finish(scene.cam((scene.category + 1) % 6), height, width)

    def blurred(scene, height, width):
        return cv2.GaussianBlur(finish(scene.right, height, width), (0, 0), 2)

    assert left(scenes, other) > 0.01
    assert left(scenes, blurred) > 0.002
