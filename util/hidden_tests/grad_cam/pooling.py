"""Mistakes in pooling the gradients into one weight per channel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from util.hidden_tests.grad_cam.scene import Mistake, Scene
from util.hidden_tests.grad_cam.worked import Array


def _pooled_by(pool: Callable[[Array], Any], scene: Scene) -> Array:
    """Pool each channel's gradients, shape (h * w, C), in another way than by the mean."""
    gradients = scene.gradients
    return np.asarray(scene.maps @ pool(gradients.reshape(-1, gradients.shape[2])))


def _reweighted(change: Callable[[Array], Array], scene: Scene) -> Array:
    """Change the right weights (C,)."""
    return np.asarray(scene.maps @ change(scene.weights))


def _regraded(change: Callable[[Array], Array], scene: Scene) -> Array:
    """Change the gradients (h, w, C) before they are averaged."""
    return scene.weighted(change(scene.gradients))


def _relu(values: Array) -> Array:
    return np.maximum(values, 0)


def _over_channels(scene: Scene) -> Array:
    return np.asarray(scene.maps.mean(axis=2) * scene.gradients.mean(axis=2))


def _over_one_axis(axis: int, scene: Scene) -> Array:
    weights = scene.gradients.mean(axis=axis, keepdims=True)
    return np.asarray((scene.maps * weights).sum(axis=2))


def _over_all_axes(scene: Scene) -> Array:
    return np.asarray(scene.maps.sum(axis=2) * scene.gradients.mean())


def _not_at_all(scene: Scene) -> Array:
    return np.asarray((scene.maps * scene.gradients).sum(axis=2))


def _layer_cam(scene: Scene) -> Array:
    return np.asarray((scene.maps * _relu(scene.gradients)).sum(axis=2))


def _guided(scene: Scene) -> Array:
    return scene.weighted((scene.maps > 0) * _relu(scene.gradients))


def _plus_plus(scene: Scene) -> Array:
    maps, gradients = scene.maps, scene.gradients
    square, cube = gradients**2, gradients**3
    below = 2 * square + cube * maps.sum(axis=(0, 1))
    alpha = square / np.where(below == 0, 1, below)
    return np.asarray(maps @ (alpha * _relu(gradients)).sum(axis=(0, 1)))


def _at_one(where: Callable[[int], int], scene: Scene) -> Array:
    height, width = scene.maps.shape[:2]
    return np.asarray(scene.maps @ scene.gradients[where(height), where(width)])


def _first_row(scene: Scene) -> Array:
    return np.asarray(scene.maps @ scene.gradients[0].mean(axis=0))


def _activations(scene: Scene) -> Array:
    return np.asarray(scene.maps @ scene.maps.mean(axis=(0, 1)))


def _swapped(scene: Scene) -> Array:
    return np.asarray(scene.gradients @ scene.maps.mean(axis=(0, 1)))


POOLING = (
    Mistake(
        "channel_pooled",
        "The gradients are averaged over the channels; each channel needs its own "
        "weight, averaged over height and width.",
        [_over_channels],
    ),
    Mistake(
        "one_axis",
        "The gradients are averaged over one axis only, so that the weights differ from row to "
        "row or from column to column; there is one weight per channel, shape (C,).",
        [partial(_over_one_axis, 0), partial(_over_one_axis, 1)],
    ),
    Mistake(
        "one_weight",
        "All channels got the same weight, the mean of all gradients; the channels are what the "
        "weights must tell apart, so their axis has to stay.",
        [_over_all_axes],
    ),
    Mistake(
        "elementwise",
        "Gradients and activations are multiplied position by position; Grad-CAM "
        "averages the gradients over height and width first.",
        [_not_at_all],
    ),
    Mistake(
        "layer_cam",
        "Positive gradients and activations are multiplied position by position, which is another "
        "method (LayerCAM); Grad-CAM averages all gradients over height and width first.",
        [_layer_cam],
    ),
    Mistake(
        "maximum",
        "The gradients are pooled by their maximum; Grad-CAM takes their mean.",
        [partial(_pooled_by, partial(np.max, axis=0))],
    ),
    Mistake(
        "median",
        "The gradients are pooled by their median; Grad-CAM takes their mean.",
        [partial(_pooled_by, partial(np.median, axis=0))],
    ),
    Mistake(
        "spread",
        "The gradients are pooled by their standard deviation or their length, which is never "
        "negative; Grad-CAM takes their mean, whose sign counts.",
        [
            partial(_pooled_by, partial(np.std, axis=0)),
            partial(_pooled_by, partial(np.linalg.norm, axis=0)),
        ],
    ),
    Mistake(
        "one_position",
        "The weights are the gradients at a single position; they must be averaged over all "
        "positions, height and width.",
        [
            partial(_at_one, lambda size: 0),
            partial(_at_one, lambda size: size // 2),
            partial(_at_one, lambda size: size - 1),
        ],
    ),
    Mistake(
        "first_row",
        "The weights come from the first row of the gradients alone: an axis of the picture was "
        "dropped along with the batch, or instead of it. Look at the shapes in step 3.",
        [_first_row],
    ),
    Mistake(
        "weight_signs",
        "Only the signs of the weights are used; their sizes count as well.",
        [partial(_reweighted, np.sign)],
    ),
    Mistake(
        "weight_relu",
        "ReLU is applied to the weights; a channel that speaks against the category has "
        "a negative weight and must keep it.",
        [partial(_reweighted, _relu)],
    ),
    Mistake(
        "weight_absolute",
        "The weights have lost their signs; a channel that speaks against the category must keep "
        "its negative weight.",
        [partial(_reweighted, np.abs), partial(_reweighted, np.square)],
    ),
    Mistake(
        "gradient_relu",
        "Negative gradients are set to zero before they are averaged; Grad-CAM averages the "
        "gradients with their signs, and ReLU comes at the end.",
        [partial(_regraded, _relu)],
    ),
    Mistake(
        "gradient_absolute",
        "The gradients lost their signs before they were averaged; gradients for and against the "
        "category must be able to cancel.",
        [partial(_regraded, np.abs)],
    ),
    Mistake(
        "gradient_sign",
        "Only the signs of the gradients are averaged; their sizes count as well.",
        [partial(_regraded, np.sign)],
    ),
    Mistake(
        "guided",
        "Gradients count only where they and the activations are positive, which belongs to "
        "another method (guided backpropagation); Grad-CAM averages all gradients.",
        [_guided],
    ),
    Mistake(
        "plus_plus",
        "The weights are those of another method (Grad-CAM++), which weighs each position of the "
        "gradients; Grad-CAM takes their plain mean.",
        [_plus_plus],
    ),
    Mistake(
        "activation_weights",
        "The weights are averaged activations; they must be averaged gradients. Look at which "
        "array step 4 is about.",
        [_activations],
    ),
    Mistake(
        "swapped",
        "Activations and gradients have changed places: the averaged activations weight the "
        "gradients. Look at the order in which step 3 returns them.",
        [_swapped],
    ),
)
