"""What is drawn: every known mistake asks for categories of its own."""

import numpy as np

from proctor.seeds import generator
from util.hidden_tests import compute_gradcam
from util.hidden_tests.compute_gradcam import SELECTIONS, mistaken_selections
from util.hidden_tests.compute_gradcam.selections import LESSON_LABELS

CHECK = compute_gradcam


def test_every_mistake_asks_for_other_categories_than_all_others():
    for seed in range(50):
        challenge = CHECK.pose(generator(seed))
        data = challenge.data
        known = mistaken_selections(
            data["labels"], data["selected"], data["truth"], challenge.arrays["predictions"][0]
        )
        assert list(known) == list(SELECTIONS)
        right = {data["labels"].index(label) for label in data["selected"]}
        asked = [right, *(variant for variants in known.values() for variant in variants)]
        assert len({frozenset(one) for one in asked}) == len(asked), seed


def test_both_ends_are_selected_and_a_hard_coded_end_is_never_enough():
    for seed in range(50):
        data = CHECK.pose(generator(seed)).data
        assert {data["labels"][0], data["labels"][-1]} == set(data["selected"][1:3])
        assert len(data["selected"]) == 4 < len(data["labels"])
        assert sorted(data["selected"], key=data["labels"].index) != data["selected"]


def test_the_lessons_labels_are_there_among_others():
    for seed in range(20):
        data = CHECK.pose(generator(seed)).data
        assert set(data["selected"]) <= set(LESSON_LABELS) < set(data["labels"])


def test_the_same_seed_draws_the_same_and_another_seed_something_else():
    one, same, other = (CHECK.pose(generator(seed)) for seed in (7, 7, 8))
    assert one.data == same.data != other.data
    np.testing.assert_array_equal(one.arrays["maps"], same.arrays["maps"])
