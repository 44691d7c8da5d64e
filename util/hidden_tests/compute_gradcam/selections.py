"""The categories that each known mistake requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LESSON_LABELS = (
    "Cardiomegaly", "Emphysema", "Effusion", "Hernia", "Infiltration", "Mass", "Nodule",
    "Atelectasis", "Pneumothorax", "Pleural_Thickening", "Pneumonia", "Fibrosis", "Edema",
    "Consolidation",
)  # fmt: skip
"""The labels of the lesson's network; some learners hard-code them."""

_LESSON_SELECTION = ("Cardiomegaly", "Mass", "Edema")

SELECTIONS: Mapping[str, str] = {
    "all_labels": "A map was computed for every label; only the selected labels need one.",
    "unselected": "Maps were computed for the labels that are not selected: the condition is the "
    "wrong way round.",
    "selection_position": "The category index is the label's position in labels, not in "
    "selected_labels.",
    "panel_number": "The category index is the label's position in labels, not the number of the "
    "panel.",
    "first_label": "The first label's map was computed each time, whatever was selected: the "
    "category index must change from label to label.",
    "last_label": "A single map was computed, that of the last label: the call stands after the "
    "loop or outside of it, where the loop's variable keeps its last value.",
    "next_label": "Maps were computed for the labels that come after the selected ones: positions "
    "are counted from 0.",
    "previous_label": "Maps were computed for the labels that come before the selected ones: "
    "positions are counted from 0, and need nothing subtracted.",
    "first_skipped": "The first label was left out though it is selected: a loop over all labels "
    "starts at position 0.",
    "last_skipped": "The last label was left out though it is selected: a loop over all labels "
    "runs to the end, and range leaves its end out by itself.",
    "only_one": "Only one of the selected labels got a map: does the loop go on after the first "
    "one, or look at one label only?",
    "likeliest": "The map of the label with the highest prediction was computed each time; "
    "what is selected decides, not what is likely.",
    "likely": "Maps were computed for the labels with the highest predictions; what is selected "
    "decides, not what is likely.",
    "present": "Maps were computed for the labels that are true of the picture; what is selected "
    "decides, not what is present.",
    "sorted": "The positions are those in a sorted list of labels; the network's outputs have the "
    "order of labels as it was passed in.",
    "lesson_labels": "The positions are those in the lesson's own list of labels; use the labels "
    "that are passed in.",
    "lesson_selection": "Maps were computed for the lesson's own selection, Cardiomegaly, Mass and "
    "Edema, or for its positions; use the selected_labels that are passed in.",
}
"""Messages to a student, by the mistake's identifier."""


def wanted_of(labels: Sequence[str], selected: Sequence[str]) -> set[int]:
    """Return the categories that must be requested."""
    return {labels.index(label) for label in selected}


def mistaken_selections(
    labels: Sequence[str], selected: Sequence[str], truth: Mapping[str, int], predictions: Array
) -> dict[str, list[set[int]]]:
    """Return the categories that each known mistake requests, by identifier, for each variant.

    Args:
        labels: All labels, in the order of the network's outputs.
        selected: The selected labels.
        truth: For each label, whether it applies to the picture.
        predictions: Prediction per label (classes,).
    """
    wanted = wanted_of(labels, selected)
    every, count = set(range(len(labels))), len(selected)
    ranked = [int(place) for place in np.argsort(-predictions)]
    order = sorted(labels)
    return {
        "all_labels": [every],
        "unselected": [every - wanted],
        "selection_position": [set(range(count))],
        "panel_number": [set(range(1, count + 1))],
        "first_label": [{0}],
        "last_label": [{len(labels) - 1}],
        "next_label": [{place + 1 for place in wanted}],
        "previous_label": [{(place - 1) % len(labels) for place in wanted}],
        "first_skipped": [wanted - {0}],
        "last_skipped": [wanted - {len(labels) - 1}],
        "only_one": [{labels.index(label)} for label in (selected[0], selected[-1])],
        "likeliest": [{ranked[0]}],
        "likely": [set(ranked[:count]), {p for p in every if predictions[p] > 0.5}],
        "present": [{labels.index(label) for label in labels if truth[label]}],
        "sorted": [{order.index(label) for label in selected}],
        "lesson_labels": [{LESSON_LABELS.index(label) for label in selected}],
        "lesson_selection": [
            {labels.index(label) for label in _LESSON_SELECTION},
            {LESSON_LABELS.index(label) for label in _LESSON_SELECTION},
        ],
    }
