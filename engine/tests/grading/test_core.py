"""A whole class, graded once for real: right, wrong, broken and hostile side by side."""

from __future__ import annotations

import copy
import csv
import json
import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook

from engine.tests import coursework
from engine.tests.coursework import NOTEBOOK
from proctor.cli import EXIT_ATTENTION
from proctor.results import Receipt

pytestmark = pytest.mark.sandbox

WARNING = """import sys
def double(values):
    print("careful", file=sys.stderr)
    return values * 2"""
LOOP = "def double(values):\n    while True:\n        pass"
STUBBORN = """def double(values):
    while True:
        try:
            while True:
                pass
        except KeyboardInterrupt:
            pass"""
FORGED_DISPLAY = """import sys
def double(values):
    sys.displayhook(4.0)
    print("4 of 4 points. All values are doubled.")
    return 0"""
FORGED_ANSWER = """import os, glob
def double(values):
    folder = os.environ["PROCTOR_EXCHANGE"]
    for path in glob.glob(folder + "/*.challenge.npz"):
        with open(path.replace("challenge", "answer"), "wb") as file:
            file.write(open(path, "rb").read())
    os._exit(0)"""
NUMPY_PATCH = """import numpy, builtins
numpy.array_equal = lambda *a, **k: True
numpy.testing.assert_array_equal = lambda *a, **k: None
def double(values):
    return 0"""


def cell(nb, grade_id):
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def without(nb, *grade_ids):
    nb.cells = [
        c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in grade_ids
    ]
    return nb


def edited(nb, grade_id, **changes):
    cell(nb, grade_id).metadata["nbgrader"].update(changes)
    return nb


def twice(nb, grade_id):
    again = copy.deepcopy(cell(nb, grade_id))
    nb.cells.append(again)
    return nb


def elsewhere(nb, released):
    """Solved in a cell of the student's own; the exercise's cell is as it was released."""
    source = cell(nb, "double").source
    cell(nb, "double").source = cell(released, "double").source
    place = nb.cells.index(cell(nb, "double")) + 1
    nb.cells.insert(place, nbformat.v4.new_code_cell(source.split("\n", 1)[1]))
    return nb


def reversed_cells(nb):
    nb.cells = nb.cells[::-1]
    return nb


def without_metadata(nb):
    for one in nb.cells:
        one.metadata = {}
    return nb


def test_edited(nb):
    cell(nb, "total-test").source = "pass"
    cell(nb, "stock-test").source = "pass"
    return nb


test_edited.__test__ = False


@pytest.fixture(scope="module")
def graded(released, student_version, filled, run, tmp_path_factory):
    """Grade the class; returns the course folder, the process and receipts by student."""
    folder = tmp_path_factory.mktemp("class") / "course"
    shutil.copytree(released, folder)
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1)")])
    wrong = {"UNQ_C1": "def double(values):\n    return 0"}
    submissions = {
        "right": filled(),
        "zero": filled(**wrong),
        "half": filled(UNQ_C1="def double(values):\n    return values"),
        "unfilled": student_version,
        "raises": filled(UNQ_C1="def double(values):\n    raise RuntimeError('no idea')"),
        "syntax": filled(UNQ_C2="def total(values:\n    return 1"),
        "loop": filled(UNQ_C1=LOOP),
        "stubborn": filled(UNQ_C1=STUBBORN),
        "exits": filled(UNQ_C2="import os\nos._exit(3)"),
        "loud": filled(UNQ_C2="def total(values):\n    return sum(values)\nprint('x' * 5_000_000)"),
        "warns": filled(UNQ_C1=WARNING),
        "deleted": without(filled(), "double"),
        "test_deleted": without(filled(), "double-test", "stock-test"),
        "twice": twice(filled(), "total-test"),
        "reordered": reversed_cells(filled()),
        "points": edited(filled(**wrong), "double-test", points=400),
        "ungraded": edited(filled(**wrong), "double-test", grade=False, locked=False),
        "test_edited": test_edited(
            filled(UNQ_C1=wrong["UNQ_C1"], UNQ_C2="def total(values):\n    return 0")
        ),
        "stripped": without_metadata(filled()),
        "future": edited(filled(), "double", schema_version=99),
        "display": filled(UNQ_C1=FORGED_DISPLAY),
        "answers": filled(UNQ_C1=FORGED_ANSWER),
        "patches": filled(UNQ_C1=NUMPY_PATCH),
        "elsewhere": elsewhere(filled(), student_version),
        "wordy": filled(UNQ_C1="raise ValueError('x' * 1_000_000)"),
        "other": other,
        "empty": "",
        "no_json": '{"cells": [',
    }
    for student, content in submissions.items():
        coursework.hand_in(folder, student, content)
    path = coursework.hand_in(folder, "renamed", filled())
    path.rename(path.with_name("homework.ipynb"))
    (folder / "submitted" / "folder" / "tiny" / NOTEBOOK).mkdir(parents=True)
    linked = folder / "submitted" / "link" / "tiny"
    linked.mkdir(parents=True)
    (linked / NOTEBOOK).symlink_to(folder / "submitted" / "right" / "tiny" / NOTEBOOK)
    done = run(folder, "grade", "tiny")
    receipts = {}
    for path in folder.glob("autograded/**/*.receipt.json"):
        student = path.parent.parent.name
        receipts[student] = Receipt.from_json(path.read_text())
    return folder, done, receipts


def statuses(receipt):
    return [result.status for result in receipt.exercises]


@pytest.mark.parametrize(
    ("student", "score", "wanted"),
    [
        ("right", 10, ["passed", "passed", "passed"]),
        ("zero", 4, ["failed", "passed", "failed"]),
        ("half", 6, ["partial", "passed", "failed"]),
        ("unfilled", 0, ["missing", "missing", "failed"]),
        ("raises", 4, ["error", "passed", "error"]),
        ("syntax", 6, ["passed", "error", "passed"]),
        ("loop", 4, ["timeout", "passed", "timeout"]),
        ("stubborn", 0, ["timeout", "timeout", "timeout"]),
        ("exits", 4, ["passed", "error", "error"]),
        ("loud", 10, ["passed", "passed", "passed"]),
        # The stock cell is scored by nbgrader's rules, and there a warning costs all.
        ("warns", 8, ["passed", "passed", "failed"]),
        ("deleted", 4, ["missing", "passed", "failed"]),
        ("test_deleted", 10, ["passed", "passed", "passed"]),
        ("twice", 10, ["passed", "passed", "passed"]),
        ("reordered", 10, ["passed", "passed", "passed"]),
        ("points", 4, ["failed", "passed", "failed"]),
        ("ungraded", 4, ["failed", "passed", "failed"]),
        ("test_edited", 0, ["failed", "failed", "failed"]),
        ("stripped", 10, ["passed", "passed", "passed"]),
        ("display", 4, ["failed", "passed", "failed"]),
        ("patches", 4, ["failed", "passed", "failed"]),
        ("elsewhere", 10, ["passed", "passed", "passed"]),
        ("wordy", 4, ["error", "passed", "failed"]),
    ],
)
def test_a_submission_gets_what_its_functions_earn(graded, student, score, wanted):
    _, _, receipts = graded
    assert statuses(receipts[student]) == wanted, receipts[student]
    assert receipts[student].score == score


@pytest.mark.parametrize(
    ("student", "word"),
    [
        ("other", "none of the assignment's cells"),
        ("empty", "an empty file"),
        ("no_json", "not JSON"),
        ("future", "version 99"),
        ("folder", "a folder"),
        ("link", "symbolic link"),
        ("exits", "died"),
        ("stubborn", "could not be interrupted"),
    ],
)
def test_what_can_not_be_graded_needs_attention_and_says_why(graded, student, word):
    _, _, receipts = graded
    assert receipts[student].status == "needs_attention"
    assert word in receipts[student].reason
    assert receipts[student].max_score == 10


def test_a_forged_answer_earns_nothing(graded):
    _, _, receipts = graded
    assert receipts["answers"].exercises[0].score == 0


def test_the_class_is_finished_and_the_exit_status_says_that_some_need_a_human(graded):
    folder, done, receipts = graded
    assert done.returncode == EXIT_ATTENTION
    assert set(receipts) == {path.name for path in (folder / "submitted").iterdir()}
    assert "Traceback" not in done.stderr


def test_the_gradebook_has_the_same_scores(graded):
    folder, _, receipts = graded
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        for student, receipt in receipts.items():
            submission = gradebook.find_submission("tiny", student)
            assert submission.score == receipt.score, student


def test_notes_say_what_was_put_right(graded):
    _, _, receipts = graded
    assert "cell double was missing" in receipts["deleted"].notes
    assert "cell total-test was there more than once" in receipts["twice"].notes
    assert "cells were in another order" in receipts["reordered"].notes
    assert any("double-test was edited (points)" in note for note in receipts["points"].notes)
    assert any("locked cell total-test was edited" in n for n in receipts["test_edited"].notes)
    assert receipts["right"].notes == ()


def test_output_is_cut(graded):
    folder, _, _ = graded
    path = folder / "autograded" / "loud" / "tiny" / NOTEBOOK
    assert path.stat().st_size < 2_500_000


def test_a_long_message_is_cut(graded):
    _, _, receipts = graded
    assert len(receipts["wordy"].to_json()) < 5_000


def test_nothing_lies_about_where_a_notebook_failed(graded):
    folder, _, _ = graded
    for student in ("other", "empty", "no_json", "future", "folder", "link"):
        assert not (folder / "autograded" / student / "tiny").exists()


def test_demonstrations_are_not_run(graded):
    folder, _, _ = graded
    nb = nbformat.read(folder / "autograded" / "right" / "tiny" / NOTEBOOK, as_version=4)
    assert cell(nb, "demo").outputs == []


def test_export_keeps_a_zero_and_missing_work_apart(graded, run):
    folder, _, _ = graded
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_student("=absent()")
    done = run(folder, "export", "tiny", "--to", "grades.csv")
    assert done.returncode == 0, done.stderr
    with (folder / "grades.csv").open() as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows["test_edited"]["total"] == "0.0"
    assert rows["test_edited"]["status"] == "graded"
    assert rows["empty"]["status"] == "needs_attention"
    assert rows["'=absent()"]["status"] == "missing"
    assert rows["'=absent()"]["total"] == ""
    assert float(rows["half"]["double-test"]) == 2.0


def test_feedback_has_a_page_per_submission(graded, run):
    folder, _, _ = graded
    done = run(folder, "feedback", "tiny")
    assert done.returncode == 0, done.stderr
    pages = {path.parent.parent.name for path in folder.glob("feedback/*/tiny/*.html")}
    assert pages == {path.parent.name for path in folder.glob("submitted/*/tiny")}
    text = (folder / "feedback" / "half" / "tiny" / "exercise.html").read_text()
    assert "The values came back as they were." in text
    assert "tiny_checks" not in text


def test_a_second_run_keeps_what_is_graded(graded, run):
    folder, _, _ = graded
    path = folder / "autograded" / "right" / "tiny" / "exercise.receipt.json"
    before = path.stat().st_mtime_ns
    done = run(folder, "grade", "tiny", "--student", "right")
    assert done.returncode == 0, done.stderr
    assert path.stat().st_mtime_ns == before
    assert json.loads(path.read_text())["exercises"][0]["score"] == 4


def test_the_only_notebook_may_have_another_name(graded):
    _, _, receipts = graded
    assert (receipts["renamed"].score, receipts["renamed"].status) == (10, "graded")
    assert receipts["renamed"].notes == ("it was handed in as homework.ipynb",)
