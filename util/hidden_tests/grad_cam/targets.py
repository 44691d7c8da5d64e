"""Mistakes in what is differentiated, with respect to what, and for which picture."""

from __future__ import annotations

from functools import partial

import numpy as np

from util.hidden_tests.grad_cam.scene import Mistake, Scene
from util.hidden_tests.grad_cam.worked import Array, cam_of

LEAST_CLASSES = 6
"""Minimum number of classes of a model, so that a hard-coded category exists in each."""


def _neighbour(step: int, scene: Scene) -> Array:
    return scene.cam((scene.category + step) % scene.worked.scores.size)


def _fixed_class(category: int, scene: Scene) -> Array:
    return scene.cam(category)


def _likeliest(scene: Scene) -> Array:
    return scene.cam(int(scene.worked.scores.argmax()))


def _zero_as_nothing(scene: Scene) -> Array:
    return scene.right if scene.category else _likeliest(scene)


def _all_classes(scene: Scene) -> Array:
    return scene.weighted(scene.worked.gradients[scene.layer].sum(axis=0))


def _cross_entropy(scene: Scene) -> Array:
    """Use the gradient of the binary cross-entropy in which only the category is present."""
    scores = scene.worked.scores
    slopes = (scores - (np.arange(scores.size) == scene.category)) / (scores * (1 - scores))
    return scene.weighted(np.tensordot(slopes, scene.worked.gradients[scene.layer], axes=1))


def _other_layer(scene: Scene) -> Array:
    return scene.cam(scene.category, next(name for name in scene.layers if name != scene.layer))


def _faint_picture(scene: Scene) -> Array:
    return cam_of(scene.faint, scene.category, scene.layer)


def _layer_input(scene: Scene) -> Array:
    first, second = scene.layers
    return scene.cam(scene.category, first) if scene.layer == second else _at_image(scene)


def _fixed_layer(place: int, scene: Scene) -> Array:
    return scene.cam(scene.category, scene.layers[place])


def _at_image(scene: Scene) -> Array:
    gradients = scene.worked.image_gradients[scene.category]
    return np.asarray(scene.worked.image @ gradients.mean(axis=(0, 1)))


def _saliency(scene: Scene) -> Array:
    return np.asarray(np.abs(scene.worked.image_gradients[scene.category]).max(axis=2))


def _mean_saliency(scene: Scene) -> Array:
    return np.asarray(np.abs(scene.worked.image_gradients[scene.category]).mean(axis=2))


def _image_gradient(scene: Scene) -> Array:
    return np.asarray(scene.worked.image_gradients[scene.category].mean(axis=2))


TARGETS = (
    Mistake(
        "other_class",
        "The map is that of a neighbouring category: the position asked for was shifted by one. "
        "Categories are numbered from 0; category_index can be used as it is.",
        [partial(_neighbour, 1), partial(_neighbour, -1)],
    ),
    Mistake(
        "fixed_class",
        "In every case the map is that of one and the same category, whichever was asked for: "
        "a number stands where the argument category_index belongs.",
        [partial(_fixed_class, category) for category in (*range(LEAST_CLASSES), -1)],
    ),
    Mistake(
        "likeliest_class",
        "The map is that of the category with the highest prediction; it must be that of "
        "category_index, however unlikely the model finds it.",
        [_likeliest],
    ),
    Mistake(
        "zero_as_nothing",
        "Category 0 gets the map of another category, while all others are right: 0 is a "
        "category, but it counts as False in a condition. Compare with None if need be.",
        [_zero_as_nothing],
    ),
    Mistake(
        "all_classes",
        "The gradients are those of all outputs together; they must be those of a single number, "
        "the output for category_index. Go back to step 1.",
        [_all_classes],
    ),
    Mistake(
        "loss",
        "The gradients are those of a loss over all outputs, as in training; Grad-CAM "
        "differentiates the output of one category itself.",
        [_cross_entropy],
    ),
    Mistake(
        "other_layer",
        "The map is that of another layer: use layer_name.",
        [_other_layer],
    ),
    Mistake(
        "layer_input",
        "The map is made from what goes into the layer; the activations of a layer are what comes "
        "out of it. Go back to step 1.",
        [_layer_input],
    ),
    Mistake(
        "fixed_layer",
        "In every case the map is that of the same layer of the model; it must be that of the "
        "layer which is called layer_name.",
        [partial(_fixed_layer, 0), partial(_fixed_layer, 1)],
    ),
    Mistake(
        "picture_rescaled",
        "The map is that of another picture: the image was divided by 255 although it was "
        "normalised before. The model takes it as it is passed in.",
        [_faint_picture],
    ),
    Mistake(
        "input_gradient",
        "The gradients are those with respect to the input picture; step 2 asks for those with "
        "respect to the activations of the layer.",
        [_at_image, _saliency, _mean_saliency, _image_gradient],
    ),
)
