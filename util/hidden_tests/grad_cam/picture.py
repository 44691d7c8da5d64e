"""The student's map of the lesson's first radiograph, for illustration only; it carries no marks.

From the lesson's layer on, the network is linear up to the sigmoid, so that for Grad-CAM that
layer's maps of the radiograph and one dense layer are equivalent to the whole network. They are
small, and no notebook has to load the network for a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from proctor.checks import Picture
from util.answering.record import Record
from util.hidden_tests.grad_cam.finishing import finish
from util.hidden_tests.grad_cam.worked import Array

STORED = Path(__file__).with_name("picture.npz")
"""Generated from the network's weights and the radiograph by ``python -m datagen.picture``."""

FINDING, CATEGORY, LAYER = "Mass", 5, "conv5_block16_concat"

_SIDE = 240
"""Side of a picture in pixels; two of them fit side by side on a phone in landscape mode."""

_LARGEST = 1024
"""Maximum side of a drawn map in pixels; a larger map is not the picture's, and costs memory."""

_QUALITY = 85
_STRENGTH = 0.55


def question() -> Record:
    """Return a challenge with a single case, without convolutions."""
    stored = _stored()
    case = {"head": "maps", "layer": LAYER, "category": CATEGORY}
    arrays = {f"{part}0": stored[part].astype(np.float32) for part in ("image", "dense", "bias")}
    return Record({"cases": [case]}, arrays)


def draw(challenge: Record, answer: Record) -> Sequence[Picture]:
    """Draw the answer's map and the reference map over the radiograph.

    Raises:
        ValueError: The answer is not a map.
    """
    cam = np.asarray(answer.arrays["cam0"])
    sides = cam.shape if cam.ndim == 2 else (0,)
    if cam.dtype.kind not in "biuf" or not 1 <= min(sides) <= max(sides) <= _LARGEST:
        raise ValueError(f"a map of shape {cam.shape} and dtype {cam.dtype}")
    maps = {"Your map": np.nan_to_num(cam.astype(np.float64), posinf=0.0, neginf=0.0)}
    maps["Reference map"] = reference()
    return [_picture(title, one) for title, one in maps.items()]


def _picture(title: str, cam: Array) -> Picture:
    enlarged = cv2.resize(cam, (_SIDE, _SIDE), interpolation=cv2.INTER_LINEAR)
    alt = f"{title} of {FINDING} over the radiograph of the first case. {_where(enlarged)}"
    return Picture(title, alt, _overlay(enlarged))


@cache
def reference() -> Array:
    """Return the right map in closed form: the weights are the same at every position."""
    stored = _stored()
    weights = stored["dense"][:, CATEGORY].astype(np.float64)
    height, width = stored["radiograph"].shape
    return finish(stored["image"].astype(np.float64) @ weights, height, width)


@cache
def _stored() -> dict[str, Array]:
    with np.load(STORED, allow_pickle=False) as archive:
        return dict(archive)


def _overlay(cam: Array) -> bytes:
    """Draw a map in colours over the radiograph, as JPEG."""
    grey = cv2.resize(_stored()["radiograph"], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    heat = cv2.applyColorMap((_scaled(cam) * 255).astype(np.uint8), cv2.COLORMAP_MAGMA)
    mixed = (1 - _STRENGTH) * cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR) + _STRENGTH * heat
    _, blob = cv2.imencode(".jpg", mixed.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return bytes(blob)


def _scaled(cam: Array) -> Array:
    """Scale a map to the range from 0 to 1, whatever a wrong map holds."""
    low, high = float(cam.min()), float(cam.max())
    # A map with a wrong scale still shows its form; a right one already has this scale.
    return (cam - low) / (high - low) if high > low else np.zeros_like(cam)


def _where(cam: Array) -> str:
    """Describe where a map is strongest, as text."""
    if not cam.max() > cam.min():
        return "It is the same everywhere."
    row, column = np.unravel_index(int(np.argmax(cam)), cam.shape)
    vertical = ("top", "middle", "bottom")[int(3 * row / cam.shape[0])]
    horizontal = ("left", "centre", "right")[int(3 * column / cam.shape[1])]
    return f"It is strongest at the {vertical} {horizontal} of the picture."
