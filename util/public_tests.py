"""The visible tests: what a student runs below each exercise.

They print what the lesson prints, and raise `ExerciseError` with a sentence about what is wrong.
Passing them is a good sign; marks come from other inputs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression

from util.answering import compute_gradcam as show_case
from util.class_activation import reference_cam
from util.images import load_image_normalize

Array = npt.NDArray[Any]

TOLERANCE = 0.05
"""Pixel-wise mean squared error below which a map counts as right."""

_MASS, _LAYER = 5, "conv5_block16_concat"


class ExerciseError(AssertionError):
    """A visible test failed; the message says what was seen and what was expected."""


@contextmanager
def _explaining(exercise: str) -> Iterator[None]:
    """Turn the error that a forgotten None makes into a sentence about it."""
    try:
        yield
    except (TypeError, AttributeError, ValueError) as error:
        if "None" not in str(error):
            raise
        raise ExerciseError(
            f"{exercise} met a None where it needs a value ({error}). It is not filled in yet, "
            "or one None is left: replace them all. The traceback above shows the line."
        ) from error


def grad_cam_test(
    target: Callable[..., Any],
    model: Any,
    im_path: str | os.PathLike[str],
    mean: float,
    std: float,
) -> Array:
    """Test exercise 1 on the lesson's picture.

    Args:
        target: The student's ``grad_cam``.
        model: The lesson's network.
        im_path: The picture.
        mean: Mean to normalise with.
        std: Standard deviation to normalise with.

    Returns:
        The student's map for Mass, shape (H, W).

    Raises:
        ExerciseError: The map has another form, or its mean squared error from the reference
            is 0.05 or more.
    """
    image = load_image_normalize(im_path, mean, std)
    with _explaining("grad_cam"):
        returned = target(model, image, _MASS, _LAYER)
    cam = _map_of(returned, image.shape[1:3])
    error = float(np.mean((cam - reference_cam(model, image, _MASS, _LAYER)) ** 2))
    print(f"Error from reference should be less than {TOLERANCE}")
    print("Your error from reference: ", error, "\n")
    if not error < TOLERANCE:
        raise ExerciseError(
            f"The map differs from the reference by {error:.3f} (mean squared error per pixel); "
            f"less than {TOLERANCE} is right. Check the axes over which the gradients are averaged."
        )
    print(" All tests passed.")
    return cam


def _map_of(returned: Any, shape: tuple[int, int]) -> Array:
    if returned is None:
        raise ExerciseError("grad_cam returned None: exercise 1 is not filled in yet.")
    cam = np.asarray(returned, dtype=np.float64)
    if cam.shape != tuple(shape):
        raise ExerciseError(f"The map has shape {cam.shape}; expected {tuple(shape)}.")
    if not np.isfinite(cam).all():
        raise ExerciseError(
            "The map holds NaN or infinite values; its largest value may have been zero."
        )
    return cam


def compute_gradcam_test(target: Callable[..., Any]) -> None:
    """Test exercise 2 with a stand-in for ``grad_cam``, so that exercise 1 need not be right.

    Raises:
        ExerciseError: ``grad_cam`` was not asked for exactly the selected labels, or was given
            another model, image or layer.
    """
    rng = np.random.default_rng(0)
    labels = ["Edema", "Mass", "Hernia", "Nodule"]
    selected = ["Nodule", "Mass"]
    data = {
        "labels": labels,
        "selected": selected,
        "truth": dict.fromkeys(labels, 1),
        "layer": "some_layer",
        "model": "some_model",
        "image": "case.png",
        "mean": 120.0,
        "std": 50.0,
    }
    arrays = {
        "picture": rng.integers(0, 256, size=(32, 32)).astype(np.uint8),
        "predictions": np.array([[0.2, 0.9, 0.4, 0.6]], dtype=np.float32),
        "maps": rng.uniform(size=(4, 8, 8)).astype(np.float32),
    }
    with _explaining("compute_gradcam"):
        said, _ = show_case.answer(target, {}, data, arrays)
    calls = said["calls"]
    if not calls:
        raise ExerciseError(
            "grad_cam was not called: loop over all labels and call it for the selected ones."
        )
    asked = sorted({labels[call["category"]] for call in calls})
    print(f"Selected labels: {sorted(selected)}")
    print(f"Maps computed for: {asked}\n")
    if asked != sorted(selected):
        raise ExerciseError(
            f"Maps were computed for {asked}; expected {sorted(selected)}. The category index is "
            "the label's position in labels."
        )
    for key, expected in (("model", "some_model"), ("layer", "some_layer"), ("image", True)):
        if any(call[key] != expected for call in calls):
            raise ExerciseError(f"grad_cam was not given the right {key}.")
    print(" All tests passed.")


def permute_feature_test(target: Callable[..., Any]) -> None:
    """Test exercise 3 on a frame of three rows, once and a thousand times.

    Raises:
        ExerciseError: The column does not hold the same values, something else changed, or the
            order is not random.
    """
    frame = pd.DataFrame({"col1": [0, 1, 2], "col2": ["A", "B", "C"]})
    before = frame.copy(deep=True)
    print("Test Case\n\nOriginal dataframe:\n")
    print(frame, "\n")
    with _explaining("permute_feature"):
        permuted = target(frame, "col1")
    if not isinstance(permuted, pd.DataFrame):
        raise ExerciseError(f"A {type(permuted).__name__} came back; expected a DataFrame.")
    if permuted["col1"].isna().any():
        raise ExerciseError("Column col1 came back empty: exercise 3 is not filled in yet.")
    print("col1 permuted:\n")
    print(permuted, "\n")
    if not frame.equals(before):
        raise ExerciseError("The frame that was passed in changed; work on the copy.")
    if list(permuted["col2"]) != list(before["col2"]):
        raise ExerciseError("col2 changed; only the given feature may.")
    orders = np.array([np.asarray(target(frame, "col1")["col1"]) for _ in range(1000)])
    print("Average values after computing over 1000 runs:")
    print(f"Average of col1: {orders.mean(axis=0)}\n\n")
    if not np.array_equal(np.sort(orders, axis=1), np.tile([0, 1, 2], (1000, 1))):
        raise ExerciseError("col1 does not hold the same values in another order.")
    # Six standard deviations of the mean of 1000 draws from 0, 1, 2.
    if np.abs(orders.mean(axis=0) - 1).max() > 0.155:
        raise ExerciseError("The order is not random: every value must come first equally often.")
    print(" All tests passed.")


def permutation_importance_test(
    target: Callable[..., Any], cindex: Callable[[Any, Any], float]
) -> None:
    """Test exercise 4 on a logistic regression with one feature that matters.

    Args:
        target: The student's ``permutation_importance``.
        cindex: The metric.

    Raises:
        ExerciseError: The result has another form, or its values are not near 0.5 and 0.
    """
    print("Test Case\n")
    print("You check your answers on a Logistic Regression on a dataset")
    print("where y is given by a sigmoid applied to the important feature.")
    print("The unimportant feature is random noise.\n\n")
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"important": rng.normal(size=1000), "unimportant": rng.normal(size=1000)})
    y = np.asarray(np.round(1 / (1 + np.exp(-X["important"]))))
    model = LogisticRegression().fit(X, y)
    with _explaining("permutation_importance"):
        importances = target(X, y, model, cindex, num_samples=100)
    if not isinstance(importances, pd.DataFrame) or importances.shape != (1, 2):
        shape = getattr(importances, "shape", type(importances).__name__)
        raise ExerciseError(f"The result is {shape}; expected a DataFrame of shape (1, 2).")
    print("Computed Importances:")
    print(importances, "\n\n")
    print(" All tests passed.")
    values = importances.iloc[0][["important", "unimportant"]].to_numpy(dtype=np.float64)
    if np.isnan(values).any():
        raise ExerciseError("An importance is empty: exercise 4 is not filled in yet.")
    if not np.allclose(values, [0.5, 0.0], rtol=0.1, atol=0.01):
        raise ExerciseError(
            f"The importances are {values[0]:.3f} and {values[1]:.3f}; expected about 0.5 and 0."
        )
    print(" All tests passed.")
