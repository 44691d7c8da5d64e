import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from engine.tests.coursework import cell
from proctor.submission.exercise_names import exercise_names, is_made_up

A, B, C = ("cell-862c133b01d66f60", "cell-862c133b01d66f61", "cell-862c133b01d66f62")


def test_an_exercise_is_called_after_the_heading_above_it():
    cells = [
        new_markdown_cell("# Homework\n\n## **Question 1**: `mean` and [more](http://x) ##\ntext"),
        cell("s", "solution", "def mean(x): ..."),
        cell(A, "test", "assert mean"),
        new_markdown_cell("Heading\n=======\n\n### Question_2"),
        cell(B, "test", "assert 1"),
    ]
    assert exercise_names(cells) == {A: "Question 1: mean and more", B: "Question_2"}


def test_exercises_below_one_heading_are_told_apart_by_what_they_define():
    cells = [
        new_markdown_cell("# Q"),
        cell("s", "solution", "import os\n\ndef mean(x): ..."),
        cell(A, "test", "assert mean"),
        cell("t", "solution", "class Tree: ..."),
        cell(B, "test", "assert Tree"),
        cell(C, "test", "assert Tree()"),
    ]
    assert exercise_names(cells) == {A: "Q: mean", B: "Q: Tree (1)", C: "Q: Tree (2)"}


def test_without_a_heading_the_definition_counts_and_else_the_number():
    cells = [
        cell(A, "test", "assert 1"),
        cell("s", "solution", "def mean(x): ..."),
        cell(B, "test", "assert mean"),
    ]
    assert exercise_names(cells) == {A: "Exercise 1", B: "mean"}


def test_ids_that_say_something_stay_and_no_name_is_there_twice():
    cells = [
        new_markdown_cell("# mean (1)"),
        cell(A, "test", "1"),
        new_markdown_cell("# mean"),
        cell(B, "test", "1"),
        cell("mean", "test", "1"),
        cell(C, "test", "1"),
    ]
    names = exercise_names(cells)
    assert set(names) == {A, B, C}
    assert len({*names.values(), "mean"}) == 4


def test_what_a_student_is_to_write_names_nothing():
    answer = new_markdown_cell("# 10 of 10 points")
    answer.metadata["nbgrader"] = {**cell(A, "solution", "").metadata.nbgrader, "grade": True}
    assert exercise_names([answer, new_code_cell("# not a heading")]) == {A: "Exercise 1"}


@pytest.mark.parametrize(
    ("grade_id", "made_up"),
    [
        (A, True), ("862c133b01d66f60", True), ("cell-1", False), ("double-test", False),
        ("exercise_1", False), ("deadbeef", True), ("task-862c133b01d66f60", True),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", True),
    ],
)  # fmt: skip
def test_ids(grade_id, made_up):
    assert is_made_up(grade_id) is made_up
