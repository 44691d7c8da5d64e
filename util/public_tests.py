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

from util import advice, small_importance
from util.answering import compute_gradcam as show_case
from util.answering.permutation_importance import Permute
from util.answering.spies import globals_of, replaced
from util.class_activation import reference_cam
from util.images import load_image_normalize

Array = npt.NDArray[Any]

TOLERANCE = 0.05
"""Pixel-wise mean squared error below which a map counts as right."""

_MASS, _LAYER = 5, "conv5_block16_concat"


class ExerciseError(AssertionError):
    """A visible test failed; the message says what was seen and what was expected."""


@contextmanager
def _explaining(function: Callable[..., Any]) -> Iterator[None]:
    """Turn an error whose reason is known into a sentence about what to do.

    The sentence comes first and stands alone: a reader sees the last line of a traceback, and
    some tools show no more than its beginning.
    """
    try:
        yield
    except ExerciseError:
        raise
    except Exception as error:
        what_to_do = advice.advise(error, function)
        if not what_to_do:
            raise
        raised = f"{type(error).__name__}: {advice.plain(error)[:300]}"
        where = advice.place(error, function)
        raise ExerciseError(
            f"{what_to_do} ({where} raised {raised})" if where else f"{what_to_do} ({raised})"
        ) from None


def grad_cam_test(
    target: Callable[..., Any],
    model: Any,
    im_path: str | os.PathLike[str],
    mean: float,
    std: float,
) -> Array:
    """Test exercise 1 on the lesson's picture.

    Marks come from other, small models and pictures, with any layer and category.

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
    with _explaining(target):
        returned = target(model, image, _MASS, _LAYER)
    cam = _map_of(returned, image.shape[1:3])
    error = float(np.mean((cam - reference_cam(model, image, _MASS, _LAYER)) ** 2))
    print(f"Error from reference should be less than {TOLERANCE}")
    print("Your error from reference: ", error, "\n")
    if not error < TOLERANCE:
        raise ExerciseError(
            "Check steps 4 and 5, and the axes over which gradients are averaged: the map differs "
            f"from the reference by {error:.3f} (mean squared error per pixel); less than "
            f"{TOLERANCE} is right."
        )
    print(" All tests passed.")
    return cam


def _map_of(returned: Any, shape: tuple[int, int]) -> Array:
    if returned is None:
        raise ExerciseError("Exercise 1 is not filled in yet: grad_cam returned None.")
    cam = np.asarray(returned, dtype=np.float64)
    if cam.shape != tuple(shape):
        raise ExerciseError(
            f"Return a map as large as the picture: shape {cam.shape}; expected {tuple(shape)}."
        )
    if not np.isfinite(cam).all():
        raise ExerciseError(
            "Divide by the largest value only where it is above zero: the map holds NaN or "
            "infinite values."
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
    with _explaining(target):
        said, error = show_case.watch(target, {}, data, arrays)
        if error is not None:
            raise error
    calls = said["calls"]
    if not calls:
        raise ExerciseError(
            "Loop over all labels and call grad_cam for the selected ones: it was not called."
        )
    if any(call["category"] is None for call in calls):
        raise ExerciseError(
            "Give grad_cam a label's position in labels, a whole number: it was given something "
            "else as category_index."
        )
    asked = sorted({labels[call["category"]] for call in calls})
    print(f"Selected labels: {sorted(selected)}")
    print(f"Maps computed for: {asked}\n")
    if asked != sorted(selected):
        raise ExerciseError(
            "Give grad_cam a selected label's position in labels: maps were computed for "
            f"{asked}; expected {sorted(selected)}."
        )
    for key, expected in (("model", "some_model"), ("layer", "some_layer"), ("image", True)):
        if any(call[key] != expected for call in calls):
            raise ExerciseError(
                f"Give grad_cam the right {key}: one made from the function's own arguments."
            )
    print(" All tests passed.")


def permute_feature_test(target: Callable[..., Any]) -> None:
    """Test exercise 3 on a frame of three rows, once and a thousand times.

    Each of the calls is looked at: on three rows, one call in six comes out right by chance.

    Raises:
        ExerciseError: The column does not hold the same values, something else changed, or the
            order is not random.
    """
    frame = pd.DataFrame({"col1": [0, 1, 2], "col2": ["A", "B", "C"]})
    before = frame.copy(deep=True)
    print("Test Case\n\nOriginal dataframe:\n")
    print(frame, "\n")
    permuted = _permuted(target, frame, before)
    print("col1 permuted:\n")
    print(permuted, "\n")
    orders = np.array([_permuted(target, frame, before)["col1"] for _ in range(1000)])
    print("Average values after computing over 1000 runs:")
    print(f"Average of col1: {orders.mean(axis=0)}\n\n")
    # Six standard deviations of the mean of 1000 draws from 0, 1, 2.
    if np.abs(orders.mean(axis=0) - 1).max() > 0.155:
        raise ExerciseError(
            "Permute at random: the order is not random, every value must come first equally often."
        )
    print(" All tests passed.")


def _permuted(
    target: Callable[..., Any], frame: pd.DataFrame, before: pd.DataFrame
) -> pd.DataFrame:
    """Permute col1 of the frame once, and look at all that may not change."""
    with _explaining(target):
        permuted = target(frame, "col1")
    if not isinstance(permuted, pd.DataFrame):
        raise ExerciseError(f"Return a DataFrame: a {type(permuted).__name__} came back.")
    if list(permuted.columns) != list(before.columns) or len(permuted) != len(before):
        raise ExerciseError("Keep all rows and columns: some were lost or added.")
    if permuted["col1"].isna().any():
        reason = "Exercise 3 is not filled in yet."
        if advice.mentions_shuffle(target):
            reason = advice.SHUFFLE
        raise ExerciseError(f"{reason} Column col1 came back empty.")
    if not frame.equals(before):
        raise ExerciseError("Work on the copy: the frame that was passed in changed.")
    if list(permuted["col2"]) != list(before["col2"]):
        raise ExerciseError("Permute the given feature alone: col2 changed.")
    if sorted(permuted["col1"]) != list(before["col1"]):
        raise ExerciseError("Permute, do not draw anew: col1 does not hold the same values.")
    return permuted


def permutation_importance_test(
    target: Callable[..., Any], cindex: Callable[[Any, Any], float]
) -> None:
    """Test exercise 4 on a logistic regression with one feature that matters.

    A stand-in takes the place of ``permute_feature``, so that exercise 3 need not be right.

    Args:
        target: The student's ``permutation_importance``.
        cindex: The metric.

    Raises:
        ExerciseError: The result has another form, its values are not near 0.5 and 0, or those
            on a smaller example are not right.
    """
    print("Test Case\n")
    print("You check your answers on a Logistic Regression on a dataset")
    print("where y is given by a sigmoid applied to the important feature.")
    print("The unimportant feature is random noise.\n\n")
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"important": rng.normal(size=1000), "unimportant": rng.normal(size=1000)})
    y = np.asarray(np.round(1 / (1 + np.exp(-X["important"]))))
    model = LogisticRegression().fit(X, y)
    orders = np.array([[rng.permutation(1000) for _ in range(100)] for _ in X.columns])
    permute = Permute(list(X.columns), orders)
    with replaced("permute_feature", permute, globals_of(target, {})), _explaining(target):
        importances = target(X, y, model, cindex, num_samples=100)
    values = _importances_of(importances)
    print("Computed Importances:")
    print(importances, "\n\n")
    if np.isnan(values).any():
        raise ExerciseError("Exercise 4 is not filled in yet: an importance is empty.")
    with _explaining(target):
        what_to_do = small_importance.advice(target)
    if what_to_do is not None:
        raise ExerciseError(what_to_do)
    if not np.allclose(values, [0.5, 0.0], rtol=0.1, atol=0.01):
        raise ExerciseError(
            "Look at the two formulas again: the importances are "
            f"{values[0]:.3f} and {values[1]:.3f}; expected about 0.5 and 0."
        )
    print(" All tests passed.")
    print(" All tests passed.")


def _importances_of(returned: Any) -> Array:
    if not isinstance(returned, pd.DataFrame):
        kind = type(returned).__name__
        raise ExerciseError(f"Return a DataFrame of shape (1, 2): a {kind} came back.")
    if returned.shape != (1, 2) or set(returned.columns) != {"important", "unimportant"}:
        raise ExerciseError(
            "Return one row, with a column per feature: the result has shape "
            f"{returned.shape} and columns {list(returned.columns)[:5]}."
        )
    return returned.iloc[0][["important", "unimportant"]].to_numpy(dtype=np.float64)
