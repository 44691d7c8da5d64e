"""Exercise 1: Grad-CAM on models small enough to differentiate by hand.

The weights of Grad-CAM are the gradients of the class score, averaged over the positions of the
map (Selvaraju et al., "Grad-CAM", ICCV 2017, equation 1); the map is the ReLU of the weighted
sum of channels (equation 2). With a sigmoid on a linear head the gradient has the closed form
s'(z) W, so that the expected map needs no automatic differentiation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from proctor.contract import Verdict
from proctor.packet import Packet

Array = npt.NDArray[Any]
Drawn = tuple[dict[str, Any], dict[str, Array]]

TOLERANCE = 0.05
"""Pixel-wise mean squared error below which a map counts as right; the lesson's own rule."""

_MARGIN = 0.08
"""Mean squared error that each known mistake must reach somewhere, so that noise can't save it."""

_ALIKE = 0.02
"""Largest difference per pixel at which an answer counts as a known mistake's."""

_HEADS = ("pooled", "flat", "pooled", "flat")
_LAYERS = ("second", "second", "first", "first")

MISTAKES: Mapping[str, str] = {
    "zeros": "The map is zero everywhere.",
    "uniform": "The map is the same everywhere.",
    "no_relu": "Negative values are left in the map: only positive evidence counts.",
    "unnormalised": "The map is not divided by its maximum.",
    "other_class": "The map is that of another category: use category_index.",
    "other_layer": "The map is that of another layer: use layer_name.",
    "no_weights": "The channels are added up without weights.",
    "channel_pooled": "The gradients are averaged over the channels; each channel needs its own "
    "weight, averaged over height and width.",
    "elementwise": "Gradients and activations are multiplied position by position; Grad-CAM "
    "averages the gradients over height and width first.",
    "maximum": "The gradients are pooled by their maximum; Grad-CAM takes their mean.",
    "median": "The gradients are pooled by their median; Grad-CAM takes their mean.",
    "weight_signs": "Only the signs of the weights are used; their sizes count as well.",
    "weight_relu": "ReLU is applied to the weights; a channel that speaks against the category has "
    "a negative weight and must keep it.",
    "relu_first": "ReLU is applied to the activations; it comes after the weighted sum.",
    "gradient_only": "The map shows the gradients alone; they are to weight the activations.",
    "transposed": "Height and width are exchanged.",
}


@dataclass(frozen=True)
class Worked:
    """One case, worked out by hand: activations and gradients at both layers.

    Attributes:
        maps: Activations (h, w, C) by layer name.
        gradients: Gradients of each class's probability (classes, h, w, C) by layer name.
    """

    maps: Mapping[str, Array]
    gradients: Mapping[str, Array]


def pose(rng: np.random.Generator) -> Packet:
    """Draw cases: pooled and flat heads, both layers, images that are not square.

    One case after the other is drawn again until every known mistake is off by more than the
    tolerance in at least one of them. Some mistakes show in one case of twenty only, so a new
    case is kept whenever no mistake is lost by it, not only when all four are right at once.
    """
    names = _layer_names(rng)
    kinds = list(zip(_HEADS, _LAYERS, strict=True))
    cases = [_draw_case(rng, head, layer, names) for head, layer in kinds]
    shown = [_mistakes_shown(case) for case in cases]
    while (known := set().union(*shown)) < set(MISTAKES):
        place = int(rng.integers(len(kinds)))
        case = _draw_case(rng, *kinds[place], names)
        new = _mistakes_shown(case)
        if new.union(*shown[:place], *shown[place + 1 :]) >= known:
            cases[place], shown[place] = case, new
    arrays = {
        f"{name}{number}": array
        for number, (_, weights) in enumerate(cases)
        for name, array in weights.items()
    }
    return Packet({"cases": [case for case, _ in cases]}, arrays)


def judge(challenge: Packet, answer: Packet) -> Verdict:
    """Pass when every map is within the tolerance of the worked-out one."""
    cases = challenge.data["cases"]
    errors = []
    for number, case in enumerate(cases):
        said = answer.data["cases"][number]
        if "raised" in said:
            text = f"grad_cam raised {said['raised']}: {said['message']}"
            return Verdict(0.0, text[:500])
        height, width = challenge.arrays[f"image{number}"].shape[:2]
        cam = answer.arrays[f"cam{number}"]
        if cam.shape != (height, width):
            return Verdict(0.0, _shape_sentence(cam.shape, (height, width)), "shape")
        if cam.dtype.kind not in "biuf":
            return Verdict(0.0, "The map does not hold real numbers.", "not_real")
        if not np.isfinite(cam).all():
            return Verdict(0.0, "The map holds NaN or infinite values.", "not_finite")
        errors.append(error_of(challenge, number, cam, case["category"], case["layer"]))
    if max(errors) < TOLERANCE:
        return Verdict(1.0, f"All {len(errors)} maps are within {TOLERANCE} of the reference.")
    return _diagnose(challenge, answer, errors)


def _shape_sentence(shape: tuple[int, ...], image: tuple[int, int]) -> str:
    if shape == image[::-1]:
        return "Height and width are exchanged; cv2.resize takes the width first."
    if len(shape) != len(image):
        return f"The map has {len(shape)} axes; it needs two, height and width."
    return "The map does not have the height and width of the image."


def _diagnose(challenge: Packet, answer: Packet, errors: list[float]) -> Verdict:
    wrong = [number for number, error in enumerate(errors) if error >= TOLERANCE]
    maps = "map is" if len(wrong) == 1 else "maps are"
    said = (
        f"{len(wrong)} of {len(errors)} {maps} off by a mean squared error of {TOLERANCE} or more."
    )
    known = [mistaken(challenge, number) for number in range(len(errors))]
    gaps = {name: _gap([maps[name] for maps in known], answer) for name in MISTAKES}
    # The nearest, not the first that is near: maps that are not scaled can be close to zero.
    name = min(gaps, key=lambda name: gaps[name])
    if gaps[name] <= _ALIKE:
        return Verdict(0.0, f"{said} {MISTAKES[name]}", name)
    return Verdict(0.0, f"{said} Go through the six steps again, shape by shape.")


def _gap(maps: list[Array], answer: Packet) -> float:
    """The largest difference between the maps of a mistake and the answer's."""
    return max(
        float(np.abs(one - answer.arrays[f"cam{number}"]).max()) for number, one in enumerate(maps)
    )


def work_out(challenge: Packet, number: int) -> Worked:
    """Activations and gradients of one case in closed form."""
    case = challenge.data["cases"][number]
    image, patch, mix, dense, bias = (
        challenge.arrays[f"{name}{number}"].astype(np.float64)
        for name in ("image", "patch", "mix", "dense", "bias")
    )
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
    score = 1 / (1 + np.exp(-logits))
    at_second = (score * (1 - score))[:, None, None, None] * slopes
    one, two = case["layers"]
    return Worked(
        {one: first, two: second}, {one: (at_second * (1 - second**2)) @ mix.T, two: at_second}
    )


def cam_of(worked: Worked, category: int, layer: str) -> Array:
    """Grad-CAM before ReLU, resizing and scaling, shape (h, w)."""
    weights = worked.gradients[layer][category].mean(axis=(0, 1))
    return np.asarray(worked.maps[layer] @ weights)


def finish(raw: Array, height: int, width: int, *, relu: bool = True, scale: bool = True) -> Array:
    """ReLU, resize and scale as the lesson's own post-processing does."""
    cam = np.maximum(raw, 0) if relu else raw
    cam = cv2.resize(cam.astype(np.float64), (width, height), interpolation=cv2.INTER_LINEAR)
    peak = cam.max()
    return cam / peak if scale and peak > 0 else cam


def error_of(challenge: Packet, number: int, cam: Array, category: int, layer: str) -> float:
    """Mean squared error to the reference, resized to its nearest or linearly: both are right."""
    raw = cam_of(work_out(challenge, number), category, layer)
    height, width = cam.shape
    linear = finish(raw, height, width)
    nearest = cv2.resize(np.maximum(raw, 0), (width, height), interpolation=cv2.INTER_NEAREST)
    nearest = nearest / nearest.max()
    return float(min(np.mean((cam - linear) ** 2), np.mean((cam - nearest) ** 2)))


def mistaken(challenge: Packet, number: int) -> dict[str, Array]:
    """What each known mistake would give on a case."""
    case = challenge.data["cases"][number]
    worked = work_out(challenge, number)
    height, width = challenge.arrays[f"image{number}"].shape[:2]
    category, layer = case["category"], case["layer"]
    other = next(name for name in case["layers"] if name != layer)
    maps, gradients = worked.maps[layer], worked.gradients[layer][category]
    right = cam_of(worked, category, layer)
    weights = gradients.mean(axis=(0, 1))
    raw = {
        "other_class": cam_of(worked, (category + 1) % case["classes"], layer),
        "other_layer": cam_of(worked, category, other),
        "no_weights": maps.sum(axis=2),
        "channel_pooled": maps.mean(axis=2) * gradients.mean(axis=2),
        "elementwise": (maps * gradients).sum(axis=2),
        "maximum": maps @ gradients.max(axis=(0, 1)),
        "median": maps @ np.median(gradients, axis=(0, 1)),
        "weight_signs": maps @ np.sign(weights),
        "weight_relu": maps @ np.maximum(weights, 0),
        "relu_first": np.maximum(maps, 0) @ weights,
        "gradient_only": gradients.mean(axis=2),
        "transposed": right.T,
    }
    done = {name: finish(cam, height, width) for name, cam in raw.items()}
    done["zeros"] = np.zeros((height, width))
    done["uniform"] = np.ones((height, width))
    done["no_relu"] = finish(right, height, width, relu=False)
    done["unnormalised"] = finish(right, height, width, scale=False)
    return {name: done[name] for name in MISTAKES}


def _mistakes_shown(drawn: Drawn) -> set[str]:
    """The mistakes that a case tells from the right answer."""
    case, weights = drawn
    challenge = _alone(case, weights)
    return {
        name
        for name, cam in mistaken(challenge, 0).items()
        if error_of(challenge, 0, cam, case["category"], case["layer"]) > _MARGIN
    }


def _alone(case: dict[str, Any], weights: dict[str, Array]) -> Packet:
    return Packet({"cases": [case]}, {f"{name}0": array for name, array in weights.items()})


def _draw_case(rng: np.random.Generator, head: str, layer: str, names: tuple[str, str]) -> Drawn:
    size, classes = 4, int(rng.integers(4, 8))
    height, width = rng.permutation([5, 7])[:2]
    first, second = int(rng.integers(4, 7)), int(rng.integers(5, 9))
    inputs = second if head == "pooled" else int(height * width * second)
    while True:
        weights = {
            "image": rng.normal(size=(height * size, width * size, 3)),
            "patch": rng.normal(scale=0.6 / size, size=(size, size, 3, first)),
            "mix": rng.normal(size=(first, second)),
            "dense": rng.normal(scale=1.0 if head == "pooled" else 0.15, size=(inputs, classes)),
            "bias": rng.normal(scale=0.2, size=classes),
        }
        weights = {name: array.astype(np.float32) for name, array in weights.items()}
        case = {
            "layers": list(names),
            "layer": names[0] if layer == "first" else names[1],
            "head": head,
            "category": int(rng.integers(classes)),
            "classes": classes,
        }
        worked = work_out(_alone(case, weights), 0)
        raw = cam_of(worked, case["category"], case["layer"])
        # The positive part must be a real part of the map, or scaling by its peak is fragile.
        if 0.25 < (raw > 0).mean() < 0.75 and raw.max() > 0.3 * abs(raw.min()):
            return case, weights


def _layer_names(rng: np.random.Generator) -> tuple[str, str]:
    letters = "".join(rng.choice(list("abcdefghijklmnop"), size=8))
    return f"maps_{letters[:4]}", f"maps_{letters[4:]}x"
