"""The score of a test that was run outside; nothing is run here."""

import pytest
from nbformat.v4 import new_output

from engine.tests import coursework
from proctor.cells import read_check_cell
from proctor.execution.outside import Failure
from proctor.execution.outside_results import NO_SCORE, failure_message, judge_outside
from proctor.execution.session import CellRun
from proctor.submission.test_plan import TestMode


@pytest.fixture
def judged():
    """Judge a test that returns a number, by itself one of two points."""

    def judge(returned, points=2, **mode):
        cell = coursework.cell("points", "test", "points()", points=points)
        cell.outputs = [new_output("execute_result", data={"text/plain": returned})]
        graded = read_check_cell(0, cell)
        return judge_outside(cell, graded, TestMode(outside=True, **mode), CellRun([]), None)

    return judge


@pytest.mark.parametrize(
    ("returned", "score", "status"),
    [("2", 2, "passed"), ("0.5", 0.5, "partial"), ("0", 0, "failed")],
)
def test_a_number_is_the_score(judged, returned, score, status):
    found = judged(returned, partial=True)
    assert (found.score, found.status) == (score, status)


@pytest.mark.parametrize("returned", ["3", "inf"])
def test_more_points_than_the_test_has_are_no_score(judged, returned):
    found = judged(returned, partial=True)
    assert (found.score, found.status, found.message) == (0, "error", NO_SCORE)


def test_a_test_without_points_may_return_anything(judged):
    found = judged("3", points=0, partial=True)
    assert (found.score, found.status) == (0, "passed")


def test_a_number_is_no_score_where_the_solution_returns_none(judged):
    # It may be what the student's function returned.
    assert judged("0.5").score == 2


HIDDEN = "\n### BEGIN HIDDEN TESTS\nassert f(2) == secret\n### END HIDDEN TESTS"


@pytest.mark.parametrize("hidden", ["", HIDDEN])
def test_a_message_that_the_test_has_written_down_is_told(hidden):
    source = f"if 'vec' not in globals():\n    raise ValueError('There is no vec yet.'){hidden}"
    failure = Failure("ValueError", "There is no vec yet.", line=2)
    assert failure_message(source, failure) == "There is no vec yet."


def test_a_visible_test_tells_what_it_stopped_with():
    failure = Failure("NameError", "name 'x' is not defined", line=1)
    said = "The test stopped with NameError: name 'x' is not defined"
    assert failure_message("assert x == 5", failure) == said
    assert failure_message("assert x == 5", Failure("AssertionError", "5!", line=1)) == "5!"


def test_a_test_with_hidden_lines_tells_no_value():
    failure = Failure("ValueError", "expected 42", line=2)
    said = failure_message("f(1)" + HIDDEN, failure)
    assert said == "A test does not pass. It stopped with ValueError."
    made = "raise ValueError(f'expected {secret}')"
    assert "42" not in failure_message(made + HIDDEN, Failure("ValueError", "expected 42", line=1))
