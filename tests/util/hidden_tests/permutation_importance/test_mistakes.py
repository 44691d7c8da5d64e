"""What known mistakes give on a small example, worked out a second time with plain loops."""

import numpy as np
import pytest

from util.answering.record import Record
from util.hidden_tests import permutation_importance as judging
from util.hidden_tests.permutation_importance.combining import COMBINING, combined
from util.hidden_tests.permutation_importance.form import FORMS
from util.hidden_tests.permutation_importance.frames import FRAMES
from util.hidden_tests.permutation_importance.measuring import MEASURING, measured
from util.hidden_tests.permutation_importance.mistakes import FAMILIES, wrong_values
from util.hidden_tests.permutation_importance.stand_ins import Measurement, posed_frames


@pytest.fixture(scope="module")
def measurement():
    challenge = judging.pose(np.random.default_rng(3))
    return Measurement(challenge, posed_frames(challenge))


def test_every_mistake_has_a_sentence_and_numbers(measurement):
    assert set(combined(measurement)) == set(COMBINING)
    assert set(measured(measurement)) == set(MEASURING)
    assert set(judging.mistaken(measurement.challenge)) == set(judging.MISTAKES)


@pytest.mark.parametrize("name", [*judging.MISTAKES, *FAMILIES, *FRAMES, *FORMS])
def test_a_sentence_is_short_and_holds_no_solution(name):
    text = {**judging.MISTAKES, **FAMILIES, **FRAMES, **FORMS}[name]
    assert 20 < len(text) <= 250
    assert text.endswith(".") or "?" in text
    assert "abs(" not in text
    assert "mean(" not in text
    assert " = " not in text


def test_no_name_and_no_sentence_is_used_twice():
    texts = [text for some in (judging.MISTAKES, FAMILIES, FRAMES, FORMS) for text in some.values()]
    assert len(set(texts)) == len(texts)
    assert len({**judging.MISTAKES, **FAMILIES, **FRAMES, **FORMS}) == len(texts)


def test_importances_off_by_a_factor_are_told_so(measurement):
    for factor in (0.37, 3.0):
        assert wrong_values(measurement, factor * measurement.right).misconception == "scaled"
    assert wrong_values(measurement, -3 * measurement.right).misconception is None


def test_importances_in_any_other_order_are_told_so(measurement):
    for step in range(1, measurement.right.size):
        values = np.roll(measurement.right, step)
        assert wrong_values(measurement, values).misconception == "misplaced"


def test_what_no_known_mistake_gives_is_told_by_the_property_that_failed(measurement):
    other = measurement.right + np.linspace(0.3, 0.7, measurement.right.size)
    verdict = wrong_values(measurement, other)
    assert (verdict.score, verdict.misconception) == (0.0, None)
    assert "two formulas" in verdict.message
    assert "negative" not in verdict.message
    assert "negative" in wrong_values(measurement, other - 2).message


def test_where_two_mistakes_give_the_same_neither_is_named():
    """All features alike: the sum of differences is that of their absolute values."""
    challenge = Record(
        {"features": ["one", "two"], "num_samples": 2},
        {
            "X": np.array([[1.0, 2.0], [3.0, 5.0], [4.0, 1.0]]),
            "y": np.array([0.0, 1.0, 1.0]),
            "coefficients": np.array([1.0, -1.0]),
            "truth_weights": np.ones(3),
            "prediction_weights": np.array([1.0, 2.0, 3.0]),
            "orders": np.array([[[2, 0, 1]] * 2] * 2),
        },
    )
    measurement = Measurement(challenge, posed_frames(challenge))
    values = combined(measurement)["sum_of_absolute"]
    assert wrong_values(measurement, values).misconception is None
