import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from nbgrader.utils import determine_grade

from proctor.checks import Picture
from proctor.execution.scored_outputs import (
    OURS,
    picture_output,
    pictures_in,
    scoring_output,
    without_ignored,
    without_scores,
)
from proctor.results import ExerciseResult

FORGED = [
    new_output("execute_result", data={"text/plain": "10.0"}, execution_count=1),
    new_output("error", ename="E", evalue="v", traceback=["t"]),
    new_output("stream", name="stderr", text="warning"),
    new_output("stream", name="stdout", text="10 of 10 points"),
]


def scored(outputs):
    data = {"grade": True, "solution": False, "points": 10, "grade_id": "x", "locked": True}
    cell = new_code_cell("x", metadata=NotebookNode(nbgrader=NotebookNode(data)))
    cell.outputs = outputs
    return determine_grade(cell)[0]


@pytest.mark.parametrize(
    ("points", "status"), [(0.0, "failed"), (3.5, "partial"), (10.0, "passed")]
)
def test_nbgrader_reads_the_verdict_whatever_the_notebook_printed(points, status):
    result = ExerciseResult("x", "UNQ_C1", points, 10.0, status, "said")
    assert scored([*without_scores(FORGED), *scoring_output(result)]) == points


def test_nothing_is_lost_for_the_reader():
    csv_safe = without_scores(FORGED)
    assert [output.output_type for output in csv_safe] == ["display_data"] + ["stream"] * 3
    assert {o.name for o in csv_safe[1:]} == {"stdout"}
    assert [o.text for o in csv_safe[1:]] == ["t\n", "warning", "10 of 10 points"]


def test_a_picture_of_ours_is_found_again_and_counts_for_nothing():
    picture = Picture("Your map", "a map", b"\xff\xd8\xff")
    outputs = [picture_output(picture), *FORGED]
    assert list(pictures_in(outputs)) == [picture]
    result = ExerciseResult("x", "UNQ_C1", 3.5, 10.0, "partial", "said")
    assert scored([picture_output(picture), *scoring_output(result)]) == 3.5


def test_a_students_picture_does_not_pass_for_ours():
    forged = new_output("display_data", data={"image/jpeg": "/9j/"}, metadata={OURS: {"title": ""}})
    assert list(pictures_in(without_scores([forged]))) == []


def test_what_counts_for_nothing_is_left_out():
    outputs = [
        new_output("stream", name="stderr", text="a.py:1: UserWarning: old\n"),
        new_output("stream", name="stdout", text="UserWarning"),
        new_output("stream", name="stderr", text="Traceback"),
        new_output("error", ename="UserWarning", evalue="x", traceback=[]),
    ]
    assert without_ignored(outputs, ".*UserWarning.*") == outputs[1:]
    assert without_ignored(outputs, "") == outputs


@pytest.mark.parametrize("many", ["text", "outputs"])
def test_a_students_text_can_not_be_made_to_match_slowly(many):
    text, number = ("x" * 1_000_000, 1) if many == "text" else ("x" * 20_000, 1_000)
    outputs = [new_output("stream", name="stderr", text=text) for _ in range(number)]
    # It would take hours.
    assert without_ignored(outputs, ".*UserWarning.*") == outputs
