"""The reference map of exercise 1's visible test.

For a network that ends in global average pooling and one dense layer, the class activation map
follows from the weights, without any gradient (Zhou et al., "Learning Deep Features for
Discriminative Localization", CVPR 2016). For such a network Grad-CAM gives the same map up to
scale, so this map can serve as its reference, whatever weights are loaded.
"""

from __future__ import annotations

from typing import Any

import cv2
import keras
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def reference_cam(model: keras.Model, image: Array, category: int, layer: str) -> Array:
    """Return the reference map of one category; see `reference_cams`."""
    return np.asarray(reference_cams(model, image, layer)[category])


def reference_cams(model: keras.Model, image: Array, layer: str) -> Array:
    """Compute class activation maps of a network that ends in normalisation, pooling and dense.

    The network runs once, whatever the number of categories.

    Args:
        model: The lesson's network.
        image: Normalised picture, shape (1, H, W, 3).
        layer: The layer before the last batch normalisation.

    Returns:
        For each category the positive part of its map, resized to (H, W) and divided by its
        maximum; zeros where nothing supports the finding. Shape (categories, H, W).
    """
    maps = keras.Function(model.inputs, model.get_layer(layer).output)([image])
    maps = keras.ops.convert_to_numpy(maps)[0]
    norm, dense = model.get_layer("bn"), model.layers[-1]
    gamma, variance = norm.gamma.value.numpy(), norm.moving_variance.value.numpy()
    # Batch normalisation at prediction time is a scale per channel, folded into the class weights.
    scale = gamma / np.sqrt(variance + norm.epsilon)
    raw = maps @ (scale[:, np.newaxis] * dense.kernel.value.numpy())
    height, width = image.shape[1:3]
    return np.stack([_finished(raw[..., place], width, height) for place in range(raw.shape[-1])])


def _finished(raw: Array, width: int, height: int) -> Array:
    cam = cv2.resize(np.maximum(raw, 0), (width, height), interpolation=cv2.INTER_LINEAR)
    peak = cam.max()
    return np.asarray(cam / peak if peak > 0 else cam)
