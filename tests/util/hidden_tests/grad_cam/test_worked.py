"""The closed form of activations and gradients equals what TensorFlow differentiates."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from proctor.seeds import generator
from util.answering.tiny_models import build
from util.hidden_tests import grad_cam

CHECK = grad_cam


@pytest.mark.parametrize("number", range(4))
def test_closed_form_gradients_equal_the_tapes(number):
    challenge = CHECK.pose(generator(11))
    case = challenge.data["cases"][number]
    weights = {part: challenge.arrays[f"{part}{number}"] for part in ("image", "patch", "mix")}
    weights |= {part: challenge.arrays[f"{part}{number}"] for part in ("dense", "bias")}
    worked = grad_cam.work_out(challenge, number)
    model = build(case, weights)
    for layer in case["layers"]:
        both = keras.Model(model.inputs, [model.get_layer(layer).output, model.outputs[0]])
        for category in range(case["classes"]):
            with tf.GradientTape() as tape:
                maps, scores = both(tf.convert_to_tensor(weights["image"][None]))
                score = scores[0, category]
            gradient = tape.gradient(score, maps)
            np.testing.assert_allclose(worked.maps[layer], maps[0], atol=1e-5)
            np.testing.assert_allclose(worked.gradients[layer][category], gradient[0], atol=1e-5)


@pytest.mark.parametrize("number", range(4))
def test_closed_form_of_scores_and_gradients_at_the_picture(number):
    challenge = CHECK.pose(generator(12))
    case = challenge.data["cases"][number]
    parts = ("image", "patch", "mix", "dense", "bias")
    weights = {part: challenge.arrays[f"{part}{number}"] for part in parts}
    worked = grad_cam.work_out(challenge, number)
    model = build(case, weights)
    image = tf.convert_to_tensor(weights["image"][None])
    with tf.GradientTape() as tape:
        tape.watch(image)
        scores = model(image)
        score = scores[0, case["category"]]
    np.testing.assert_allclose(worked.scores, scores[0], atol=1e-5)
    np.testing.assert_allclose(
        worked.image_gradients[case["category"]], tape.gradient(score, image)[0], atol=1e-5
    )


def test_the_map_is_the_activations_weighted_by_averaged_gradients():
    maps = np.arange(12.0).reshape(2, 3, 2)
    gradients = np.stack([np.zeros((2, 3, 2)), np.arange(12.0).reshape(2, 3, 2)])
    worked = grad_cam.Worked({"one": maps}, {"one": gradients}, None, None, None)
    np.testing.assert_array_equal(grad_cam.cam_of(worked, 0, "one"), np.zeros((2, 3)))
    np.testing.assert_array_equal(
        grad_cam.cam_of(worked, 1, "one"), 5 * maps[..., 0] + 6 * maps[..., 1]
    )
