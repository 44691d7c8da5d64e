"""The reference map equals Grad-CAM, which takes gradients, on a network like the lesson's."""

import cv2
import keras
import numpy as np
import pytest

from util.backend import K
from util.class_activation import reference_cam, reference_cams


@pytest.fixture(scope="module")
def small():
    """Return a network that ends as the lesson's does, small enough to be quick."""
    rng = np.random.default_rng(0)
    inputs = keras.Input((None, None, 3))
    maps = keras.layers.Conv2D(6, 4, strides=4, activation="tanh", name="maps")(inputs)
    norm = keras.layers.BatchNormalization(name="bn")
    pooled = keras.layers.GlobalAveragePooling2D()(norm(maps))
    model = keras.Model(inputs, keras.layers.Dense(3, activation="sigmoid")(pooled))
    norm.set_weights([
        rng.uniform(0.5, 1.5, 6), rng.normal(size=6), rng.normal(size=6), rng.uniform(0.5, 2, 6),
    ])  # fmt: skip
    model.layers[-1].set_weights([rng.normal(size=(6, 3)), np.zeros(3)])
    return model


@pytest.fixture(scope="module")
def image():
    """Return a picture that is not square."""
    return np.random.default_rng(1).normal(size=(1, 20, 28, 3)).astype("float32")


@pytest.mark.parametrize("category", range(3))
def test_the_reference_equals_grad_cam(category, small, image):
    maps = small.get_layer("maps").output
    gradient = K.gradients(small.output[0][category], maps)[0]
    values, slopes = K.function([small.input], [maps, gradient])([image])
    raw = np.maximum(values[0] @ slopes[0].mean(axis=(0, 1)), 0)
    cam = cv2.resize(raw, (28, 20), interpolation=cv2.INTER_LINEAR)

    reference = reference_cam(small, image, category, "maps")
    assert reference.shape == (20, 28)
    np.testing.assert_allclose(reference, cam / cam.max(), atol=1e-5)


def test_the_maps_of_all_categories_are_those_of_each(small, image):
    every = reference_cams(small, image, "maps")
    assert every.shape == (3, 20, 28)
    for category in range(3):
        np.testing.assert_array_equal(
            every[category], reference_cam(small, image, category, "maps")
        )


def test_a_map_on_which_nothing_speaks_for_the_finding_is_zero(small, image):
    weights = small.layers[-1].get_weights()
    try:
        small.layers[-1].set_weights([np.zeros((6, 3)), np.zeros(3)])
        reference = reference_cam(small, image, 0, "maps")
    finally:
        small.layers[-1].set_weights(weights)
    np.testing.assert_array_equal(reference, np.zeros((20, 28)))


def test_the_lessons_network_has_the_layers_it_needs(network):
    image = np.random.default_rng(2).normal(size=(1, 64, 96, 3)).astype("float32")
    reference = reference_cam(network, image, 5, "conv5_block16_concat")
    assert reference.shape == (64, 96)
    assert reference.min() >= 0
    assert reference.max() == pytest.approx(1.0)
