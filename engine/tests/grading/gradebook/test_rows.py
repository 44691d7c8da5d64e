"""What the gradebook's tables hold of a receipt."""

from __future__ import annotations

import pytest
from nbgrader.api import Comment, Grade

from proctor.grading.gradebook.rows import Cells, new_rows, receipt_scores
from proctor.results import ExerciseResult, HumanPart, Receipt

pytestmark = pytest.mark.sandbox

CELLS = Cells(
    notebook="n",
    grades={"test": "1", "essay": "2", "task": "3", "gone": "4", "untold": "6"},
    comments={"essay": "5"},
    by_hand={"essay": 5.0, "task": 3.0, "untold": 1.0},
)


def receipt(**about):
    result = ExerciseResult("x", "UNQ_C1", 3.0, 4.0, "partial", "m", test="test")
    human = HumanPart(scores={"essay": None}, comments={"essay": "No answer."})
    return Receipt("tiny", "n.ipynb", (result,), human=human, **about)


def test_scores_are_the_machines_and_those_that_need_no_human():
    assert receipt_scores(receipt()) == {"test": 3.0, "essay": None}


def test_each_cell_gets_a_row_and_a_human_what_no_machine_can_mark():
    (grades_table, grades), (comments_table, comments) = new_rows(CELLS, receipt(), "s")
    assert (grades_table, comments_table) == (Grade, Comment)
    assert {row["cell_id"]: (row["auto_score"], row["needs_manual_grade"]) for row in grades} == {
        "1": (3.0, False),
        "2": (None, True),
        "3": (None, True),
        # A test that the receipt does not tell of earned nothing.
        "4": (0.0, False),
        # An answer that it does not tell of nobody has seen.
        "6": (None, True),
    }
    assert comments == [{"cell_id": "5", "notebook_id": "s", "auto_comment": "No answer."}]
    assert {row["notebook_id"] for row in grades} == {"s"}


def test_what_needs_attention_is_for_a_human_as_a_whole():
    lost = receipt(status="needs_attention", reason="r")
    (_, grades), _ = new_rows(CELLS, lost, "s")
    assert all(row["needs_manual_grade"] for row in grades)
