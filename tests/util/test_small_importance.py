"""The small example's numbers are those of the formulas, and tell the mistakes apart."""

import numpy as np
import pytest

from util import small_importance
from util.answering.record import Record
from util.hidden_tests import permutation_importance as judging

CHALLENGE = Record(small_importance.DATA, small_importance.ARRAYS)


def test_the_right_numbers_are_the_formulas():
    np.testing.assert_allclose(small_importance.RIGHT, judging.expected(CHALLENGE), atol=1e-4)


@pytest.mark.parametrize(
    ("sentence", "mistake"),
    [
        ("absolute value: ", "signed"),
        ("performances first", "mean_of_absolute"),
        ("last one", "last_only"),
        ("not predict", "labels"),
    ],
)
def test_the_numbers_of_a_mistake_are_those_that_it_gives(sentence, mistake):
    (numbers,) = (known for text, known in small_importance.KNOWN.items() if sentence in text)
    np.testing.assert_allclose(numbers, judging.mistaken(CHALLENGE)[mistake], atol=1e-4)


def test_no_two_answers_are_alike():
    numbers = np.array([small_importance.RIGHT, *small_importance.KNOWN.values()])
    gaps = np.abs(numbers[:, None] - numbers[None]).max(axis=2)
    assert gaps[~np.eye(len(numbers), dtype=bool)].min() > 0.1
