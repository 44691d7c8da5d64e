"""Answers and tasks that are marked by hand, as the commands show them before and after."""

from __future__ import annotations

import csv
import shutil

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook

from engine.tests.coursework import cell, notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]

CONFIG = """
from proctor.nbgrader import adopt
c = get_config()
adopt(c)
"""
SOLUTION = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
WHY = "### BEGIN SOLUTION\nbecause of the sun\n### END SOLUTION"


def by_hand(grade_id, text, points):
    """A text that students write, or a task where its id says so."""
    made = new_markdown_cell(text)
    task = grade_id.startswith("task")
    made.metadata["nbgrader"] = {
        **cell(grade_id, "locked" if task else "solution", "").metadata.nbgrader,
        **{"task": task, "grade": not task, "points": points, "cell_type": "markdown"},
    }
    return made


@pytest.fixture(scope="module")
def graded(tmp_path_factory, run):
    """Two notebooks with cells of the same ids. Ann has answered both, bob has handed in one."""
    root = tmp_path_factory.mktemp("marks")
    (root / "nbgrader_config.py").write_text(CONFIG)
    source = root / "source" / "h"
    source.mkdir(parents=True)
    shared = [cell("s", "solution", SOLUTION), cell("t1", "test", "assert f(1) == 1", points=2)]
    nothing = cell("zero", "test", "assert f(2) == 2", points=0)
    first = [*shared, nothing, by_hand("why", WHY, 3), by_hand("task1", "Draw.", 4)]
    nbformat.write(notebook(first), source / "one.ipynb")
    nbformat.write(notebook([*shared, by_hand("why", WHY, 6)]), source / "two.ipynb")
    done = run(root, "release", "h")
    assert done.returncode == 0, done.stderr
    for student, names in {"ann": ("one", "two"), "bob": ("one",)}.items():
        place = root / "submitted" / student / "h"
        place.mkdir(parents=True)
        for name in names:
            shutil.copy(source / f"{name}.ipynb", place)
    done = run(root, "grade", "h", "--jobs=1")
    # Marks that are to be given are no reason for alarm.
    assert done.returncode == 0, done.stderr
    return root, done


@pytest.fixture
def course(graded, tmp_path):
    """A copy of the graded course that a test may do with as it likes."""
    return shutil.copytree(graded[0], tmp_path / "course")


def exported(course, run):
    done = run(course, "export", "h", "--to", "g.csv")
    assert done.returncode == 0, done.stderr
    with (course / "g.csv").open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def mark(course, student, marks):
    """Give marks as formgrader does."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        for (notebook_, cell_), points in marks.items():
            grade = book.find_grade(cell_, notebook_, "h", student)
            grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


CELLS = ["one/t1", "zero", "one/why", "task1", "two/t1", "two/why"]


def test_what_waits_is_empty_and_says_so(graded, run):
    course, done = graded
    assert "ann: graded, 4 of 17 points, 13 by hand" in done.stderr
    table = done.stdout.splitlines()
    assert table[0].split() == [
        "student", "one/t1", "zero", "two/t1", "one/why", "task1", "two/why", "total", "status",
    ]  # fmt: skip
    assert "4 of 17, 13 by hand  needs_manual_grade" in table[2]
    assert "0 passed" in table[2]
    rows = exported(course, run)
    assert [rows["ann"][name] for name in CELLS] == ["2.0", "0.0", "", "", "2.0", ""]
    assert rows["ann"]["status"] == "needs_manual_grade"
    assert rows["ann"]["reason"] == "marks by hand are outstanding: one/why, task1, two/why"
    # What was not handed in waits for nobody.
    assert [rows["bob"][name] for name in CELLS] == ["2.0", "0.0", "", "", "0.0", "0.0"]
    assert rows["bob"]["by_hand"] == "7.0"


def test_marks_are_everywhere_the_next_time(course, run):
    mark(course, "ann", {("one", "why"): 2.5, ("one", "task1"): 0.0, ("two", "why"): 5.0})
    ann = exported(course, run)["ann"]
    assert [ann[name] for name in CELLS] == ["2.0", "0.0", "2.5", "0.0", "2.0", "5.0"]
    assert (ann["total"], ann["status"], ann["reason"]) == ("11.5", "graded", "")
    again = run(course, "grade", "h")
    assert "11.5 of 17" in again.stdout
    assert "2 of 2: graded before, and unchanged" in again.stderr
    assert run(course, "report", "h").returncode == 0
    page = BeautifulSoup((course / "reports" / "h.html").read_text(), "html.parser")
    assert "11.5 of 17" in page.find(class_="numbers").text
    assert "2 of 17, 7 by hand" in page.find(id="students").text
    rows = page.find(id="marks").find("tbody").find_all("tr")
    assert [[one.text.strip() for one in row.find_all(["th", "td"])] for row in rows] == [
        ["one/why", "2.5 of 3", "2.5", "1", "1"],
        ["task1", "0 of 4", "0", "1", "1"],
        ["two/why", "2.5 of 6", "2.5", "2", "0"],
    ]
    assert run(course, "feedback", "h", "--student=ann").returncode == 0
    shown = BeautifulSoup((course / "feedback/ann/h/one.html").read_text(), "html.parser")
    assert "2.5 of 3" in shown.find(id="summary").text


def test_platforms_get_who_is_marked(course, run):
    mark(course, "bob", {("one", "why"): 1.0, ("one", "task1"): 2.0})
    done = run(course, "export", "h", "--to", "c.csv", "--format", "canvas")
    assert "ann (marks by hand are outstanding: one/why, task1, two/why)" in done.stderr
    with (course / "c.csv").open(newline="") as file:
        assert [row[3:] for row in csv.reader(file)][2:] == [["bob", "", "5.0"]]
