"""Misconceptions that change a map so little that the tolerance alone would let them pass."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from util.hidden_tests.grad_cam.scene import Mistake, Scene
from util.hidden_tests.grad_cam.worked import Array

BENT, CENTRED, OTHER_WEIGHTS = "bent", "centred", "other_weights"

_OTHER = slice(None, None, 2)
_ALL = slice(None)


def _at_some(rows: slice, columns: slice, scene: Scene) -> Array:
    return np.asarray(scene.maps @ scene.gradients[rows, columns].mean(axis=(0, 1)))


def _first_half(axis: int, scene: Scene) -> Array:
    half = [_ALL, _ALL]
    half[axis] = slice(None, scene.maps.shape[axis] // 2)
    return _at_some(half[0], half[1], scene)


def _weights_centred(scene: Scene) -> Array:
    return np.asarray(scene.maps @ (scene.weights - scene.weights.mean()))


def _each_scaled(scene: Scene) -> Array:
    lengths = np.sqrt((scene.gradients**2).mean(axis=(0, 1)))
    return scene.weighted(scene.gradients / np.where(lengths > 0, lengths, 1))


def _centred(scene: Scene) -> Array:
    return np.asarray(scene.right - scene.right.mean())


def _standardised(scene: Scene) -> Array:
    spread = scene.maps.std(axis=(0, 1))
    centred = scene.maps - scene.maps.mean(axis=(0, 1))
    return np.asarray((centred / np.where(spread > 0, spread, 1)) @ scene.weights)


NEARBY = (
    Mistake(
        "some_positions",
        "The gradients are averaged over some of the positions only; all of them count, height "
        "and width.",
        [
            partial(_at_some, _OTHER, _OTHER),
            partial(_at_some, slice(1, None, 2), slice(1, None, 2)),
            partial(_at_some, _OTHER, _ALL),
            partial(_at_some, _ALL, _OTHER),
            partial(_at_some, slice(1, None), slice(1, None)),
            partial(_at_some, slice(None, -1), slice(None, -1)),
            partial(_at_some, slice(1, -1), slice(1, -1)),
            partial(_first_half, 0),
            partial(_first_half, 1),
        ],
    ),
    Mistake(
        "weights_centred",
        "The mean over all channels was subtracted from the weights; each weight is the mean of "
        "its own channel's gradients, as it is.",
        [_weights_centred],
    ),
    Mistake(
        "channels_scaled",
        "Each channel's gradients were divided by their own size before they were averaged; how "
        "large they are tells how much the channel counts.",
        [_each_scaled],
    ),
    Mistake(
        CENTRED,
        "A number, such as a mean, was subtracted from the map or the activations before ReLU, "
        "which moves the line between what speaks for the category and what speaks against it.",
        [_centred, _standardised],
    ),
)
"""Detected by what they explain of an answer's error (see `explaining`), not by the tolerance."""

NEARBY_SENTENCES: Mapping[str, str] = {
    **{mistake.name: mistake.sentence for mistake in NEARBY},
    BENT: "The map glows in the right places, but its values are bent, as by a root, a power, a "
    "logarithm or a threshold. Grad-CAM is linear: where nothing is cut off by ReLU, a place that "
    "speaks twice as strongly for the category is twice as bright.",
    OTHER_WEIGHTS: "The map is a sum of the activations with other weights than Grad-CAM's: a "
    "channel's weight is the plain mean of its gradients over all positions, sign included.",
}
"""Messages to a student, by identifier."""

VARIANTS_NEARBY: Mapping[str, int] = {mistake.name: len(mistake.variants) for mistake in NEARBY}
"""Number of variants of each, in the order of `nearby`."""


def nearby(scene: Scene) -> list[Array]:
    """Return each variant's map of a case, shape (h, w), before ReLU, resizing and scaling."""
    return [variant(scene) for mistake in NEARBY for variant in mistake.variants]
