"""Exercise 1: the student's map for the lesson's picture, compared with the reference map."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from util.class_activation import reference_cams
from util.images import load_image_normalize
from util.labels import LABELS
from util.visible import side_by_side, unlike
from util.visible.reporting import ExerciseError, explaining

Array = npt.NDArray[Any]

TOLERANCE = 0.05
"""Pixel-wise mean squared error below which a map counts as right."""

_MASS, _LAYER = LABELS.index("Mass"), "conv5_block16_concat"

_HINTS = {
    r"not aligned|mismatch in its core|Matrix size-incompatible|Incompatible shapes|broadcast": (
        "Steps 4 and 5 need activations of shape (H, W, C) and one weight per channel, (C,)."
    ),
    r"^error: OpenCV": "Step 6 needs one number per position: a cam of shape (H, W).",
    r"a list was given": "K.gradients returns a list: take its one item.",
    r"Attempt to convert a value \(None\)": (
        "Compute the score inside the tape, from the very activations that you differentiate by."
    ),
    r"a (?!NoneType)\w+ was given": "Placeholders first, numbers later: give K what it asks for.",
    r"does not depend on": (
        "Give K.gradients first the value and then what it is differentiated by; both from "
        "input_model."
    ),
    r"f\(\[x\]\)": "Call the function that K.function made with a list of inputs.",
    r"slice index .* out of bounds": "Take the first of the batch before you take the category.",
    r"expected 2, got 1": "Ask one K.function for two things: the activations and the gradients.",
    r"AxisError.* dimension [1-9]": "Look at step 4: the gradients have three axes.",
    r"KerasTensor": "A placeholder holds no numbers: use the values that step 3 computes.",
}


def grad_cam_test(
    target: Callable[..., Any],
    model: Any,
    im_path: str | os.PathLike[str],
    mean: float,
    std: float,
) -> Array:
    """Test exercise 1 on the lesson's picture.

    Marks come from other, small models and pictures, with any layer and category. A wrong map of
    the right shape is drawn beside the reference.

    Args:
        target: The student's ``grad_cam``.
        model: The lesson's network.
        im_path: The picture.
        mean: Mean to normalise with.
        std: Standard deviation to normalise with.

    Returns:
        The student's map for Mass, shape (H, W).

    Raises:
        ExerciseError: The map is malformed, or its mean squared error from the reference is
            0.05 or more.
    """
    image = load_image_normalize(im_path, mean, std)
    with explaining(target, 1, _HINTS):
        cam = _map_of(target(model, image, _MASS, _LAYER), image.shape[1:3])
        references = reference_cams(model, image, _LAYER)
        error = float(np.mean((cam - references[_MASS]) ** 2))
        print(f"Error from reference should be less than {TOLERANCE}")
        print("Your error from reference: ", error, "\n")
        if not error < TOLERANCE:
            side_by_side.draw(image[0, ..., 0], cam, references[_MASS])
            raise ExerciseError(
                f"{unlike.sentence(cam, references, _MASS, LABELS)} The map differs from the "
                f"reference by {error:.3f} (mean squared error per pixel); less than {TOLERANCE} "
                "is right."
            )
    print(" All tests passed.")
    return cam


def _map_of(returned: Any, shape: tuple[int, int]) -> Array:
    if returned is None:
        raise ExerciseError("Return the map: grad_cam returned None; expected an array (H, W).")
    try:
        cam = np.asarray(returned, dtype=np.float64)
    except (TypeError, ValueError):
        kind = type(returned).__name__
        raise ExerciseError(
            f"Return the map alone: a {kind} came back; expected an array of shape {tuple(shape)}."
        ) from None
    if cam.shape != tuple(shape):
        raise ExerciseError(_shape_sentence(cam.shape, tuple(shape)))
    if not np.isfinite(cam).all():
        raise ExerciseError(
            "Divide by the largest value only where it is above zero: the map holds NaN or "
            "infinite values; expected values from 0 to 1."
        )
    return cam


def _shape_sentence(seen: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    said = f"Return a map as large as the picture: shape {seen}; expected {wanted}."
    if len(seen) != len(wanted):
        return f"{said} Is the batch axis still there, or were the channels not summed up?"
    return f"{said} Look at the resizing in step 6."
