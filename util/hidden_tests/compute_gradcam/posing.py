"""Draw the labels of exercise 2, so that every known mistake requests other categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from util.answering.record import Record
from util.hidden_tests.compute_gradcam.selections import (
    LESSON_LABELS,
    mistaken_selections,
    wanted_of,
)

Array = npt.NDArray[Any]

_OTHER_LABELS = ("Granuloma", "Fracture", "Abscess", "Cavity", "Calcification", "Scoliosis")

_LIKELY = 3
"""Number of labels with a prediction above one half. Five panels fit in the lesson's row, including
the picture's: a mistake that requests more of them breaks off, and leaves fewer calls to identify
it by."""


def pose(rng: np.random.Generator) -> Record:
    """Draw labels in random order, a selection in another order, a picture and maps.

    The first and the last label are always selected, so that a loop that leaves one of them out is
    detected. They are neither the first nor the last of the selection, whose order therefore
    differs. The lesson's own labels are among the labels, so that their positions in the lesson are
    valid here.
    """
    while True:
        data = _draw_labels(rng)
        predictions = _draw_predictions(rng, len(data["labels"]))
        if _all_differ(data["labels"], data["selected"], data["truth"], predictions):
            break
    token = "".join(rng.choice(list("abcdefghij"), size=6))
    return Record(
        {
            **data,
            "layer": f"layer_{token[:3]}",
            "model": f"model_{token[3:]}",
            "image": f"case_{token}.png",
            "mean": float(rng.uniform(90, 150)),
            "std": float(rng.uniform(40, 70)),
        },
        {
            "picture": rng.integers(0, 256, size=(48, 64)).astype(np.uint8),
            "predictions": predictions[np.newaxis].astype(np.float32),
            "maps": rng.uniform(size=(len(data["labels"]), 24, 24)).astype(np.float32),
        },
    )


def _draw_labels(rng: np.random.Generator) -> dict[str, Any]:
    others = rng.choice(_OTHER_LABELS, size=int(rng.integers(1, 4)), replace=False)
    labels = [str(label) for label in rng.permutation([*LESSON_LABELS, *others])]
    between = [label for label in labels[1:-1] if label in LESSON_LABELS]
    one, other = rng.choice(between, size=2, replace=False)
    selected = [str(label) for label in (one, *rng.permutation([labels[0], labels[-1]]), other)]
    present = set(rng.choice(len(labels), size=int(rng.integers(2, 5)), replace=False))
    truth = {label: int(place in present) for place, label in enumerate(labels)}
    return {"labels": labels, "selected": selected, "truth": truth}


def _draw_predictions(rng: np.random.Generator, count: int) -> Array:
    predictions = rng.uniform(0.05, 0.45, size=count)
    predictions[rng.choice(count, size=_LIKELY, replace=False)] += 0.5
    return predictions


def _all_differ(
    labels: Sequence[str], selected: Sequence[str], truth: Mapping[str, int], predictions: Array
) -> bool:
    """Return whether each mistake's categories differ from all others' and the right ones."""
    if not set(selected) <= set(LESSON_LABELS):
        return False
    seen = [wanted_of(labels, selected)]
    for variants in mistaken_selections(labels, selected, truth, predictions).values():
        if any(asked in seen for asked in variants):
            return False
        seen += variants
    return True
