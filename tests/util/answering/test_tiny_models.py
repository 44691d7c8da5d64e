"""The small models hold the challenge's weights and compute what is worked out by hand."""

import numpy as np
import pytest

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
