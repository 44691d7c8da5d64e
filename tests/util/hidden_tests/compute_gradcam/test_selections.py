"""The categories that each known mistake asks for, on labels small enough to count by hand."""

import numpy as np
import pytest

from util.hidden_tests.compute_gradcam.selections import (
    LESSON_LABELS,
    SELECTIONS,
    mistaken_selections,
    wanted_of,
)

LABELS = [*LESSON_LABELS[7:], "Scar", *LESSON_LABELS[:7]]
SELECTED = ["Edema", "Nodule", "Atelectasis", "Mass"]
TRUTH = {label: int(label in ("Hernia", "Mass")) for label in LABELS}
PREDICTIONS = np.full(15, 0.1)
PREDICTIONS[[2, 3, 9]] = 0.6, 0.9, 0.7
PREDICTIONS[4] = 0.2

BY_HAND = {
    "all_labels": [set(range(15))],
    "unselected": [{1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12}],
    "selection_position": [{0, 1, 2, 3}],
    "panel_number": [{1, 2, 3, 4}],
    "first_label": [{0}],
    "last_label": [{14}],
    "next_label": [{1, 6, 14, 15}],
    "previous_label": [{14, 4, 12, 13}],
    "first_skipped": [{5, 13, 14}],
    "last_skipped": [{0, 5, 13}],
    "only_one": [{5}, {13}],
    "likeliest": [{3}],
    "likely": [{3, 9, 2, 4}, {2, 3, 9}],
    "present": [{11, 13}],
    "sorted": [{3, 10, 0, 9}],
    "lesson_labels": [{12, 6, 7, 5}],
    "lesson_selection": [{8, 13, 5}, {0, 5, 12}],
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_each_mistake_asks_for_what_its_name_says(name):
    known = mistaken_selections(LABELS, SELECTED, TRUTH, PREDICTIONS)
    assert known[name] == BY_HAND[name]


def test_the_right_categories_are_the_positions_in_labels():
    assert wanted_of(LABELS, SELECTED) == {5, 14, 0, 13}


def test_every_mistake_has_a_sentence_of_its_own_without_code():
    sentences = list(SELECTIONS.values())
    assert len(set(sentences)) == len(sentences)
    assert not any(code in text for text in sentences for code in ("range(", "[", "=", ".index"))
