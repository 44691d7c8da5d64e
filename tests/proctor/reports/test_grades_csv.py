import csv

import pytest
from nbgrader.api import Gradebook

from proctor.reports.grades_csv import write_grades
from proctor.running.results import Receipt


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory):
    """One exercise of four points; ann was graded and was late, bob handed nothing in."""
    path = tmp_path_factory.mktemp("grades") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}") as book:
        book.add_assignment("tiny")
        book.add_notebook("n", "tiny")
        book.add_grade_cell("double", "n", "tiny", max_score=4, cell_type="code")
        for student in ("ann", "bob", "=cmd()"):
            book.add_student(student)
        book.add_submission("tiny", "ann", timestamp=None)
        book.find_grade("double", "n", "tiny", "ann").auto_score = 3
        book.find_submission_notebook("n", "tiny", "ann").late_submission_penalty = 1
        book.db.commit()
        yield book


def rows(path, gradebook, **receipts):
    write_grades(path, gradebook, assignment="tiny", receipts=receipts)
    with path.open() as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_points_penalty_and_status(tmp_path, gradebook):
    ann = rows(tmp_path / "g.csv", gradebook, ann=[Receipt("tiny", "n.ipynb", ())])["ann"]
    assert (ann["double"], ann["total"], ann["late_penalty"]) == ("3.0", "2.0", "1.0")
    assert (ann["max_score"], ann["status"], ann["reason"]) == ("4.0", "graded", "")


def test_what_needs_a_human_says_why(tmp_path, gradebook):
    receipt = Receipt("tiny", "n.ipynb", (), status="needs_attention", reason="=1+1 \x1b[31mbad")
    ann = rows(tmp_path / "g.csv", gradebook, ann=[receipt])["ann"]
    assert (ann["status"], ann["reason"]) == ("needs_attention", "'=1+1 bad")


def test_missing_work_and_work_that_was_not_graded_are_told_apart(tmp_path, gradebook):
    found = rows(tmp_path / "g.csv", gradebook)
    assert found["ann"]["status"] == "not_graded"
    assert (found["bob"]["status"], found["bob"]["total"]) == ("missing", "")


def test_an_id_that_looks_like_a_formula_is_made_harmless(tmp_path, gradebook):
    assert "'=cmd()" in rows(tmp_path / "g.csv", gradebook)


def test_a_failure_leaves_the_old_file(tmp_path, gradebook):
    path = tmp_path / "g.csv"
    path.write_text("old")
    with pytest.raises(AttributeError):
        write_grades(path, gradebook, assignment="tiny", receipts={"ann": [None]})
    assert path.read_text() == "old"
