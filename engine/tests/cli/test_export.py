"""Exports as a user types them, from a gradebook of two students."""

from __future__ import annotations

import csv
import hashlib

import pytest
from nbgrader.api import Gradebook

from proctor.results import Receipt

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]


@pytest.fixture
def graded(course):
    """The tiny course: ann was graded, eve needs attention, bob handed nothing in."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        for student in ("ann", "bob", "eve"):
            book.add_student(student)
        for student in ("ann", "eve"):
            submission = book.add_submission("tiny", student)
            for grade in submission.notebooks[0].grades:
                grade.auto_score, grade.needs_manual_grade = 2, False
        book.db.commit()
    for student, about in {"ann": {}, "eve": {"status": "needs_attention"}}.items():
        folder = course / "autograded" / student / "tiny"
        folder.mkdir(parents=True)
        receipt = Receipt("tiny", "exercise.ipynb", (), **about)
        (folder / "exercise.receipt.json").write_text(receipt.to_json())
    return course


def rows(path):
    with path.open(newline="") as file:
        return list(csv.reader(file))


def test_csv_says_of_everybody_what_is_known(graded, run):
    done = run(graded, "export", "tiny", "--to", "out/grades.csv")
    assert done.returncode == 0, done.stderr
    assert "3 students in out/grades.csv" in done.stdout
    with (graded / "out" / "grades.csv").open(newline="") as file:
        found = {row["student"]: row for row in csv.DictReader(file)}
    assert {name: row["status"] for name, row in found.items()} == {
        "ann": "graded",
        "bob": "missing",
        "eve": "needs_attention",
    }
    assert (found["ann"]["total"], found["bob"]["total"]) == ("6.0", "")
    receipt = graded / "autograded" / "ann" / "tiny" / "exercise.receipt.json"
    assert found["ann"]["receipt"] == hashlib.sha256(receipt.read_bytes()).hexdigest()


def test_canvas_is_given_what_is_settled(graded, run):
    arguments = ["--to", "c.csv", "--format", "canvas", "--number", "12"]
    done = run(graded, "export", "tiny", *arguments)
    assert done.returncode == 0, done.stderr
    assert [row[3] for row in rows(graded / "c.csv")] == ["SIS Login ID", "", "ann"]
    assert "bob (missing)" in done.stderr
    assert "eve (needs_attention)" in done.stderr
    run(graded, "export", "tiny", *arguments, "--unsettled")
    assert [row[3] for row in rows(graded / "c.csv")][2:] == ["ann", "eve"]


def test_moodle_needs_the_field_that_identifies(graded, run):
    arguments = ["--to", "m.csv", "--format", "moodle"]
    done = run(graded, "export", "tiny", *arguments, "--identifier", "email")
    assert done.returncode == 2
    assert "has no email for ann" in done.stderr
    assert not (graded / "m.csv").exists()
    done = run(graded, "export", "tiny", *arguments)
    assert done.returncode == 0, done.stderr
    assert rows(graded / "m.csv")[1][:2] == ["ann", "6.0"]


@pytest.mark.parametrize("option", [["--column", "Name"], ["--number", "C3M3 12"]])
def test_what_canvas_would_not_understand_is_refused(graded, run, option):
    done = run(graded, "export", "tiny", "--format", "canvas", *option)
    assert done.returncode == 2
    assert "what to do" in done.stderr
