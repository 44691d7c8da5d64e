"""The score of a test that was run outside; nothing is run here."""

import pytest
from nbformat.v4 import new_output

from engine.tests import coursework
from proctor.cells import read_check_cell
from proctor.execution.outside_results import NO_SCORE, judge_outside
from proctor.execution.session import CellRun
from proctor.submission.test_plan import TestMode


@pytest.fixture
def judged():
    """Judge a test of two points that returns a number."""

    def judge(returned, **mode):
        cell = coursework.cell("points", "test", "points()", points=2)
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


def test_a_number_is_no_score_where_the_solution_returns_none(judged):
    # It may be what the student's function returned.
    assert judged("0.5").score == 2
