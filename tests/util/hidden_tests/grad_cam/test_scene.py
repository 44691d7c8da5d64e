"""A scene gives what the mistakes are computed from."""

import numpy as np

from proctor.seeds import generator
from util.hidden_tests.grad_cam import pose, work_out
from util.hidden_tests.grad_cam.scene import set_scene
from util.hidden_tests.grad_cam.worked import PARTS


def test_a_scene_gives_the_activations_and_gradients_that_were_asked_for(scene):
    assert scene.maps is scene.worked.maps["two"]
    np.testing.assert_array_equal(scene.gradients, scene.worked.gradients["two"][1])
    np.testing.assert_allclose(scene.weights, scene.gradients.reshape(-1, 5).mean(axis=0))


def test_maps_of_other_categories_and_layers(scene):
    np.testing.assert_allclose(scene.cam(1), scene.right)
    other = scene.worked.maps["one"] @ scene.worked.gradients["one"][4].mean(axis=(0, 1))
    np.testing.assert_allclose(scene.cam(4, "one"), other)


def test_other_gradients_are_averaged_as_the_right_ones_are(scene):
    np.testing.assert_allclose(scene.weighted(scene.gradients), scene.right)
    np.testing.assert_allclose(scene.weighted(2 * scene.gradients), 2 * scene.right)


def test_a_scene_is_worked_out_for_the_picture_and_for_a_faint_one():
    challenge = pose(generator(0))
    case = challenge.data["cases"][2]
    weights = {part: challenge.arrays[f"{part}2"] for part in PARTS}
    scene = set_scene(case, weights)
    assert (scene.category, scene.layer) == (case["category"], case["layer"])
    first = case["layers"][0]
    np.testing.assert_array_equal(scene.worked.maps[first], work_out(challenge, 2).maps[first])
    # Of a faint picture tanh is the identity.
    linear = np.arctanh(scene.worked.maps[first]) / 255
    np.testing.assert_allclose(scene.faint.maps[first], linear, rtol=1e-3)
