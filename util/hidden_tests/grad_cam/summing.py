"""Mistakes in combining channels and weights into one number per position."""

from __future__ import annotations

from functools import partial

import numpy as np

from util.hidden_tests.grad_cam.scene import Mistake, Scene
from util.hidden_tests.grad_cam.worked import Array


def _unweighted(scene: Scene) -> Array:
    return np.asarray(scene.maps.sum(axis=2))


def _all_but_equal(scene: Scene) -> Array:
    """Pass the weights through a softmax, which makes such small numbers nearly equal."""
    return np.asarray(scene.maps @ (np.exp(scene.weights) / np.exp(scene.weights).sum()))


def _strongest_activation(scene: Scene) -> Array:
    return np.asarray(scene.maps.max(axis=2))


def _gradients_alone(scene: Scene) -> Array:
    return np.asarray(scene.gradients.mean(axis=2))


def _strongest_gradient(scene: Scene) -> Array:
    return np.asarray(scene.gradients.max(axis=2))


def _relu_before_weights(scene: Scene) -> Array:
    return np.asarray(np.maximum(scene.maps, 0) @ scene.weights)


def _relu_before_sum(scene: Scene) -> Array:
    return np.asarray(np.maximum(scene.maps * scene.weights, 0).sum(axis=2))


def _strongest_term(scene: Scene) -> Array:
    return np.asarray((scene.maps * scene.weights).max(axis=2))


def _one_term(channel: int, scene: Scene) -> Array:
    return np.asarray(scene.maps[:, :, channel] * scene.weights[channel])


def _one_channel(channel: int, scene: Scene) -> Array:
    return np.asarray(scene.maps[:, :, channel])


def _heaviest(scene: Scene) -> Array:
    return np.asarray(scene.maps[:, :, scene.weights.argmax()])


def _without(skipped: slice, scene: Scene) -> Array:
    return np.asarray(scene.maps[:, :, skipped] @ scene.weights[skipped])


def _from_ones(scene: Scene) -> Array:
    return 1 + scene.right


def _reshaped(scene: Scene) -> Array:
    height, width, channels = scene.maps.shape
    return np.asarray((scene.weights @ scene.maps.reshape(channels, -1)).reshape(height, width))


def _transposed(scene: Scene) -> Array:
    return scene.right.T


def _one_row(scene: Scene) -> Array:
    return scene.right[:1]


def _one_row_of_both(scene: Scene) -> Array:
    return np.asarray(scene.maps[:1] @ scene.gradients[0].mean(axis=0))


def _channel_for_batch(scene: Scene) -> Array:
    return np.asarray(scene.maps[:, :, 0] @ scene.gradients[:, :, 0].mean(axis=0))[np.newaxis]


SUMMING = (
    Mistake(
        "no_weights",
        "The channels are put together without weights, or with weights that are all but equal: "
        "the map would be the same for every category. Each channel counts as its weight says.",
        [_unweighted, _all_but_equal, _strongest_activation],
    ),
    Mistake(
        "gradient_only",
        "The map shows the gradients alone; they are to weight the activations.",
        [_gradients_alone, _strongest_gradient],
    ),
    Mistake(
        "relu_first",
        "ReLU is applied to the activations; it comes after the weighted sum.",
        [_relu_before_weights],
    ),
    Mistake(
        "relu_each",
        "ReLU is applied to each weighted channel; it comes after their sum, so that channels "
        "for and against the category can cancel.",
        [_relu_before_sum],
    ),
    Mistake(
        "strongest_term",
        "At each position only the largest weighted channel counts; a dot product adds up all of "
        "them.",
        [_strongest_term],
    ),
    Mistake(
        "one_channel",
        "The map shows one channel only; a dot product adds up all of them, each with its "
        "weight. In a loop, add to what is there instead of replacing it.",
        [
            partial(_one_term, -1),
            partial(_one_term, 0),
            partial(_one_channel, 0),
            partial(_one_channel, -1),
        ],
    ),
    Mistake(
        "heaviest_channel",
        "The map shows only the channel with the largest weight; all channels belong into the "
        "sum, each with its weight.",
        [_heaviest],
    ),
    Mistake(
        "channel_skipped",
        "One channel is missing from the sum, the first or the last; a loop over channels "
        "starts at 0 and covers all of them.",
        [partial(_without, slice(1, None)), partial(_without, slice(None, -1))],
    ),
    Mistake(
        "from_ones",
        "The sum over channels starts from 1 instead of 0; beside it the weighted channels, which "
        "are small, are hardly seen, and ReLU finds nothing to do.",
        [_from_ones],
    ),
    Mistake(
        "reshaped",
        "The activations were reshaped to bring the channels to the front, which mixes up "
        "positions and channels; to exchange axes is something else than to reshape.",
        [_reshaped],
    ),
    Mistake(
        "transposed",
        "Height and width are exchanged.",
        [_transposed],
    ),
    Mistake(
        "one_row",
        "All rows of the map are alike: an axis of the picture was dropped instead of the batch. "
        "The batch is axis 0; look at the shapes in step 3.",
        [_one_row, _one_row_of_both],
    ),
    Mistake(
        "channel_for_batch",
        "The last axis, the channels, was dropped instead of the batch, and all rows of the map "
        "are alike. The batch is axis 0; look at the shapes in step 3.",
        [_channel_for_batch],
    ),
)
