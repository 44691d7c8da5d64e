"""What is told of a submission of several notebooks."""

from __future__ import annotations

import pytest

from proctor.grading.coordinator import Recorded
from proctor.results import ExerciseResult, Receipt

pytestmark = pytest.mark.sandbox


def receipt(status="graded", score=2.0, seconds=1.5):
    result = ExerciseResult("double", "UNQ_C1", score, 4.0, "partial", "Half.", test="t")
    return Receipt("tiny", "n.ipynb", (result,), status=status, seconds=seconds)


def test_points_and_seconds_add_up():
    recorded = Recorded("ann", [receipt(), receipt(score=4.0, seconds=2.0)])
    assert (recorded.score, recorded.max_score, recorded.seconds) == (6.0, 8.0, 3.5)


@pytest.mark.parametrize(
    ("statuses", "wanted"),
    [
        (["graded", "graded"], "graded"),
        (["graded", "needs_attention"], "needs_attention"),
        (["needs_attention", "graded"], "needs_attention"),
        ([], "graded"),
    ],
)
def test_one_notebook_that_needs_a_human_is_enough(statuses, wanted):
    assert Recorded("ann", [receipt(status) for status in statuses]).status == wanted
