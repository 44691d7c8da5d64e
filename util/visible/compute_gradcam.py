"""Exercise 2: which maps are requested, with a stand-in for ``grad_cam``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from util.answering import compute_gradcam as show_case
from util.answering.notebook import Here
from util.answering.record import Record
from util.visible.reporting import ExerciseError, explaining

_LABELS = ["Edema", "Mass", "Hernia", "Nodule"]
_SELECTED = ["Nodule", "Mass"]
_LAYER, _MODEL = "some_layer", "some_model"

_HINTS = {
    r"(grad_cam|__call__)\(\) (missing|takes|got)": (
        "Give grad_cam its four arguments: a model, an image, a category's position, a layer."
    ),
    r"index -?\d+ is out of bounds|list index out of range": (
        "Loop over the positions of labels, from 0: there is no such position."
    ),
}


def compute_gradcam_test(target: Callable[..., Any]) -> None:
    """Test exercise 2 with a stand-in for ``grad_cam``, so that exercise 1 need not be correct.

    Raises:
        ExerciseError: ``grad_cam`` was not called for exactly the selected labels, or received
            another model, image or layer.
    """
    with explaining(target, 2, _HINTS):
        said, error = show_case.watch(Here(target), Record(*_challenge()))
        if error is not None:
            raise error
        calls = said["calls"]
        if not calls:
            raise ExerciseError(
                "Loop over all labels and call grad_cam for the selected ones: it was not called; "
                f"expected {len(_SELECTED)} calls. Compare a label's name, not its position, with "
                "the selected ones."
            )
        if any(call["category"] is None for call in calls):
            raise ExerciseError(
                "Give grad_cam a label's position in labels, a whole number: it was given "
                "something else as category_index."
            )
        asked = sorted({_LABELS[call["category"]] for call in calls})
        print(f"Selected labels: {sorted(_SELECTED)}")
        print(f"Maps computed for: {asked}\n")
        _check(calls, asked)
        _check_panels(said["panels"])
    print(" All tests passed.")


def _challenge() -> tuple[dict[str, Any], dict[str, Any]]:
    rng = np.random.default_rng(0)
    data = {
        "labels": _LABELS,
        "selected": _SELECTED,
        "truth": dict.fromkeys(_LABELS, 1),
        "layer": _LAYER,
        "model": _MODEL,
        "image": "case.png",
        "mean": 120.0,
        "std": 50.0,
    }
    arrays = {
        "picture": rng.integers(0, 256, size=(32, 32)).astype(np.uint8),
        "predictions": np.array([[0.2, 0.9, 0.4, 0.6]], dtype=np.float32),
        "maps": rng.uniform(size=(4, 8, 8)).astype(np.float32),
    }
    return data, arrays


def _check(calls: Sequence[Mapping[str, Any]], asked: list[str]) -> None:
    if asked == sorted(_LABELS):
        raise ExerciseError(
            f"Ask for the selected labels alone: maps were computed for all {len(_LABELS)} labels, "
            f"{asked}; expected {sorted(_SELECTED)}."
        )
    if asked != sorted(_SELECTED):
        raise ExerciseError(
            "Give grad_cam a selected label's position in labels: maps were computed for "
            f"{asked}; expected {sorted(_SELECTED)}."
        )
    for key, expected, argument in (
        ("model", _MODEL, "model"),
        ("layer", _LAYER, "layer_name"),
        ("image", True, "preprocessed_input"),
    ):
        if any(call[key] != expected for call in calls):
            raise ExerciseError(
                f"Give grad_cam the right {key}: it was given another one; expected the "
                f"function's own {argument}."
            )


def _check_panels(panels: Sequence[Mapping[str, Any]]) -> None:
    missing = [
        label
        for label in sorted(_SELECTED)
        if not any(
            label in str(panel["title"]) and panel["maps"][-1:] == [_LABELS.index(label)]
            for panel in panels
        )
    ]
    if missing:
        raise ExerciseError(
            f"Show each map in a panel of its own, under its own label: the figure has none for "
            f"{missing}; expected one for each of {sorted(_SELECTED)}."
        )
