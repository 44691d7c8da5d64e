from pathlib import Path

import nbformat
import pytest

from benchmarks.adoption.compare import Difference, Score
from benchmarks.adoption.sides import Outcome
from benchmarks.adoption.trial import compared, last_error
from engine.tests.coursework import cell, notebook

REFUSED = "error: the marker is misspelt\n  why: it is\n  what to do: correct it"
GAVE_UP = """\
[AutogradeApp | ERROR] Traceback (most recent call last):
      File "a.py", line 3, in b
    ValueError: partial credit cannot be greater than maximum points for cell
[AutogradeApp | ERROR] There was an error processing assignment 'a' for student 'b'
[AutogradeApp | ERROR] Please see the the above traceback for details"""
OLD = """\
[GenerateAssignmentApp | WARNING] Removing failed assignment: /a
[GenerateAssignmentApp | ERROR] One or more notebooks use an old version
    of the nbgrader metadata format.

    nbgrader update ."""


@pytest.fixture
def released(tmp_path):
    def release(source) -> Path:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        nbformat.write(notebook([cell("a", "test", source)]), folder / "a.ipynb")
        return folder

    return release


def outcome(release=None, said="", points=None, **notes):
    score = {("solved", "a", "a"): Score(points, 2.0, by_hand=False)}
    return Outcome(release, said, score if points is not None else {}, notes)


def test_equal_outcomes(released):
    release = released("x")
    row = compared("c", "a", outcome(release, points=1.0), outcome(release, points=1.0))
    assert (row.cells, row.scores, row.points, row.of) == (1, 1, 1.0, 2.0)
    assert (row.differences, row.notes, row.neither) == ([], [], "")


def test_releases_and_scores_that_differ_are_named(released):
    stock = outcome(released("x"), points=1.0)
    row = compared(
        "c", "a", stock, outcome(released("y"), points=2.0, untouched=["note"], ann=["n"])
    )
    assert {one.place for one in row.differences} >= {"a.ipynb / cell 1 / source", "solved / a / a"}
    assert row.notes == ["note"]


def test_a_release_that_one_refuses_is_one_difference(released):
    row = compared("c", "a", outcome(released("x"), points=1.0), outcome(said=REFUSED))
    assert row.differences == [Difference("release", "made", "refused: the marker is misspelt")]


def test_submissions_that_one_gives_up_on_are_a_difference(released):
    release = released("x")
    row = compared("c", "a", outcome(release, said=GAVE_UP), outcome(release))
    gave_up = "ValueError: partial credit cannot be greater than maximum points for cell"
    assert row.differences == [Difference("grading", f"not graded: {gave_up}", "graded")]


def test_what_neither_can_do_is_no_difference(released):
    row = compared("c", "a", outcome(said=OLD), outcome(said=REFUSED))
    assert row.neither == "released: One or more notebooks use an old version"
    release = released("x")
    row = compared("c", "a", outcome(release, said=GAVE_UP), outcome(release, said=REFUSED))
    assert row.neither.startswith("graded: ValueError: partial credit")
    assert row.differences == []


def test_submissions_that_the_engine_does_not_begin_with_are_one_difference(released):
    release = released("x")
    row = compared("c", "a", outcome(release, points=1.0), outcome(release, said=REFUSED))
    assert row.differences == [
        Difference("grading", "graded", "not graded: the marker is misspelt")
    ]


def test_a_command_that_says_nothing_has_an_error_too():
    assert last_error("") == "nothing"
    assert last_error("one\n two ") == "two"
