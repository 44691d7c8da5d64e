"""The small models hold the challenge's weights and compute what is worked out by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from util.answering.tiny_models import build


@pytest.fixture
def weights():
    """Return weights for images of 8 x 12 pixels, patches of 4, three channels, then two."""
    rng = np.random.default_rng(0)
    shapes = {"image": (8, 12, 3), "patch": (4, 4, 3, 3), "mix": (3, 2), "bias": (5,)}
    return {name: rng.normal(size=shape).astype("float32") for name, shape in shapes.items()}


@pytest.mark.parametrize(("head", "inputs"), [("pooled", 2), ("flat", 2 * 3 * 2)])
def test_a_model_computes_the_closed_form(head, inputs, weights):
    weights["dense"] = np.random.default_rng(1).normal(size=(inputs, 5)).astype("float32")
    model = build({"layers": ["one", "two"], "head": head}, weights)

    blocks = weights["image"].reshape(2, 4, 3, 4, 3)
    maps = np.tanh(np.einsum("hpwqc,pqck->hwk", blocks, weights["patch"]))
    maps = np.tanh(maps @ weights["mix"])
    features = maps.mean(axis=(0, 1)) if head == "pooled" else maps.ravel()
    expected = 1 / (1 + np.exp(-(features @ weights["dense"] + weights["bias"])))

    np.testing.assert_allclose(model(weights["image"][None])[0], expected, atol=1e-5)
    assert model.get_layer("one").output.shape == (None, 2, 3, 3)
    assert model.get_layer("two").output.shape == (None, 2, 3, 2)


def test_a_head_alone_takes_maps_and_a_tape_follows_it():
    rng = np.random.default_rng(0)
    weights = {
        name: rng.normal(size=shape).astype("float32")
        for name, shape in {"image": (2, 3, 4), "dense": (4, 5), "bias": (5,)}.items()
    }
    model = build({"layer": "maps", "head": "maps"}, weights)
    both = keras.Model(model.input, [model.get_layer("maps").output, model.output])
    with tf.GradientTape() as tape:
        maps, scores = both(weights["image"][None])
        score = scores[0, 2]
    np.testing.assert_allclose(maps[0], weights["image"])
    expected = 1 / (
        1 + np.exp(-(weights["image"].mean((0, 1)) @ weights["dense"] + weights["bias"]))
    )
    np.testing.assert_allclose(scores[0], expected, atol=1e-5)
    slope = expected[2] * (1 - expected[2]) * weights["dense"][:, 2] / 6
    np.testing.assert_allclose(tape.gradient(score, maps)[0, 1, 1], slope, atol=1e-5)
