"""Single frames: what is found in a column, and answers of sizes that no frame has."""

import numpy as np
import pytest

from util.answering.notebook import Here
from util.answering.permute_feature import answer
from util.answering.record import Record
from util.hidden_tests.permute_feature.frames import Case, frame_problem
from util.hidden_tests.permute_feature.posing import pose


@pytest.fixture(scope="module")
def challenge():
    return pose(np.random.default_rng(8))


@pytest.fixture(scope="module")
def answered(challenge):
    def permute_feature(df, feature):
        return df.assign(**{feature: np.random.permutation(df[feature])})

    return answer(Here(permute_feature), challenge)


def problem_with(challenge, answered, number, change):
    """What is found wrong when one case's permuted column is changed."""
    case = Case.of(challenge, answered, number)
    name = f"returned{number}_{case.place}"
    arrays = {**answered.arrays, name: change(answered.arrays[name], case.given[case.place])}
    return frame_problem(Case.of(challenge, Record(answered.data, arrays), number))


def test_all_cases_of_a_right_answer_are_fine(challenge, answered):
    for number in range(4):
        assert frame_problem(Case.of(challenge, answered, number)) is None


CHANGES = {
    "resampled": lambda column, given: np.r_[column[:1], column[:-1]],
    "other_values": lambda column, given: np.r_[column[:1] + 1e-3, column[1:]],
    "some_missing": lambda column, given: np.r_[np.nan, column[1:]],
    "aligned": lambda column, given: np.full(column.shape, np.nan),
    "constant": lambda column, given: np.zeros(column.shape),
    "positions": lambda column, given: np.random.permutation(len(column)),
    "shifted": lambda column, given: np.r_[np.nan, given[:-1]],
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_became_of_the_values_is_told_apart(name, challenge, answered):
    assert problem_with(challenge, answered, 0, CHANGES[name]).misconception == name


def test_numbers_that_became_text_are_the_same_values_of_another_dtype(challenge, answered):
    def as_text(column, given):
        return column.astype(np.str_)

    assert problem_with(challenge, answered, 1, as_text) is None


def test_words_that_were_exchanged_for_words_are_no_permutation(challenge, answered):
    def relabelled(column, given):
        words = np.unique(given)
        return np.roll(words, 1)[np.searchsorted(words, given)]

    assert problem_with(challenge, answered, 2, relabelled).misconception == "relabelled"
    assert problem_with(challenge, answered, 2, lambda column, given: given) is None


@pytest.mark.parametrize("shape", [(0,), (3,), (40, 2), (200_000,), ()])
def test_a_column_of_another_length_is_malformed(shape, challenge, answered):
    with pytest.raises(ValueError, match="value for each row"):
        problem_with(challenge, answered, 0, lambda column, given: np.zeros(shape))
