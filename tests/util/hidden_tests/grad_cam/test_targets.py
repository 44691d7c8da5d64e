"""Mistakes about what is differentiated, written out in sums over positions."""

from dataclasses import replace

import numpy as np
import pytest

from util.hidden_tests.grad_cam.targets import TARGETS

MISTAKES = {mistake.name: mistake for mistake in TARGETS}


def cam(maps, gradients):
    """Return Grad-CAM of activations and gradients, channel by channel."""
    return sum(gradients[..., k].mean() * maps[..., k] for k in range(maps.shape[-1]))


def likeliest(m, g, w):
    return [cam(m, g[3])]


def loss(m, g, w):
    """Return the map of -log(p_1) - sum of log(1 - p_k) over the others."""
    p = w.scores
    slopes = [-1 / p[k] if k == 1 else 1 / (1 - p[k]) for k in range(6)]
    return [sum(slope * cam(m, g[k]) for k, slope in enumerate(slopes))]


def at_image(m, g, w):
    slope = w.image_gradients[1]
    return [
        cam(w.image, slope),
        np.abs(slope).max(axis=2),
        np.abs(slope).sum(axis=2) / 3,
        slope.sum(axis=2) / 3,
    ]


BY_HAND = {
    "other_class": lambda m, g, w: [cam(m, g[2]), cam(m, g[0])],
    "fixed_class": lambda m, g, w: [cam(m, g[k]) for k in (0, 1, 2, 3, 4, 5, -1)],
    "likeliest_class": likeliest,
    "zero_as_nothing": lambda m, g, w: [cam(m, g[1])],
    "all_classes": lambda m, g, w: [sum(cam(m, g[k]) for k in range(6))],
    "loss": loss,
    "other_layer": lambda m, g, w: [cam(w.maps["one"], w.gradients["one"][1])],
    "layer_input": lambda m, g, w: [cam(w.maps["one"], w.gradients["one"][1])],
    "fixed_layer": lambda m, g, w: [cam(w.maps["one"], w.gradients["one"][1]), cam(m, g[1])],
    "picture_rescaled": lambda m, g, w: [cam(m, g[1] ** 3)],
    "input_gradient": at_image,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_each_mistake_is_what_its_name_says(name, gives_what_is_written_out):
    gives_what_is_written_out(MISTAKES[name], BY_HAND[name])


def test_all_mistakes_of_this_kind_are_written_out():
    assert set(BY_HAND) == set(MISTAKES)


def test_category_0_as_nothing_gives_the_likeliest(scene):
    zero = replace(scene, category=0)
    (variant,) = MISTAKES["zero_as_nothing"].variants
    np.testing.assert_allclose(variant(zero), zero.cam(3))


def test_what_goes_into_the_first_layer_is_the_picture(scene):
    first = replace(scene, layer="one")
    (variant,) = MISTAKES["layer_input"].variants
    by_hand = cam(scene.worked.image, scene.worked.image_gradients[1])
    np.testing.assert_allclose(variant(first), by_hand)
