"""A case of exercise 1 worked out by hand: activations and gradients in closed form.

The weights of Grad-CAM are the gradients of the class score, averaged over the positions of the
map (Selvaraju et al., "Grad-CAM", ICCV 2017, equation 1); the map is the ReLU of the weighted
sum of channels (equation 2). With a sigmoid on a linear head the gradient has the closed form
s'(z) W, so that the expected map needs no automatic differentiation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from util.answering.record import Record

Array = npt.NDArray[Any]

PARTS = ("image", "patch", "mix", "dense", "bias")


@dataclass(frozen=True)
class Worked:
    """One case, worked out by hand: activations and gradients at both layers.

    Attributes:
        maps: Activations (h, w, C) by layer name.
        gradients: Gradients of each class's probability (classes, h, w, C) by layer name.
        scores: Probability of each class (classes,).
        image: The picture (H, W, 3).
        image_gradients: Gradients of each class's probability with respect to the picture
            (classes, H, W, 3).
    """

    maps: Mapping[str, Array]
    gradients: Mapping[str, Array]
    scores: Array
    image: Array
    image_gradients: Array


def work_out(challenge: Record, number: int) -> Worked:
    """Compute activations and gradients of one case in closed form."""
    weights = {part: challenge.arrays[f"{part}{number}"] for part in PARTS}
    return work_out_case(challenge.data["cases"][number], weights)


def work_out_case(case: Mapping[str, Any], weights: Mapping[str, Array]) -> Worked:
    """Compute the same for a case that is not part of a challenge yet."""
    image, patch, mix, dense, bias = (weights[part].astype(np.float64) for part in PARTS)
    size = patch.shape[0]
    height, width = image.shape[0] // size, image.shape[1] // size
    blocks = image.reshape(height, size, width, size, 3)
    first = np.tanh(np.einsum("hpwqc,pqck->hwk", blocks, patch))
    second = np.tanh(first @ mix)
    if case["head"] == "pooled":
        logits = second.mean(axis=(0, 1)) @ dense + bias
        slopes = np.broadcast_to(
            dense.T[:, None, None, :] / (height * width), (bias.size, *second.shape)
        )
    else:
        logits = second.ravel() @ dense + bias
        slopes = dense.T.reshape(bias.size, *second.shape)
    scores = 1 / (1 + np.exp(-logits))
    at_second = (scores * (1 - scores))[:, None, None, None] * slopes
    at_first = (at_second * (1 - second**2)) @ mix.T
    at_image = np.einsum("nhwk,pqck->nhpwqc", at_first * (1 - first**2), patch, optimize=True)
    one, two = case["layers"]
    return Worked(
        maps={one: first, two: second},
        gradients={one: at_first, two: at_second},
        scores=scores,
        image=image,
        image_gradients=at_image.reshape(bias.size, *image.shape),
    )


def cam_of(worked: Worked, category: int, layer: str) -> Array:
    """Compute Grad-CAM before ReLU, resizing and scaling, shape (h, w)."""
    weights = worked.gradients[layer][category].mean(axis=(0, 1))
    return np.asarray(worked.maps[layer] @ weights)
