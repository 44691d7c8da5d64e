"""A submission that is handed in again, or whose receipt is damaged: what a second run does."""

from __future__ import annotations

import csv
import shutil

import nbformat
import pytest

from engine.tests import coursework
from engine.tests.coursework import NOTEBOOK
from proctor.cli import EXIT_ATTENTION
from proctor.results import Receipt

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def ann_alone(released, filled, run, tmp_path_factory):
    """A course in which one student's right submission is graded."""
    folder = tmp_path_factory.mktemp("ann") / "course"
    shutil.copytree(released, folder)
    coursework.hand_in(folder, "ann", filled())
    assert run(folder, "grade", "tiny").returncode == 0
    return folder


@pytest.fixture
def graded_ann(ann_alone, tmp_path):
    """A copy of it that a test may do with as it likes."""
    return shutil.copytree(ann_alone, tmp_path / "graded")


def test_a_broken_resubmission_takes_the_old_grade_with_it(graded_ann, run):
    course = graded_ann
    (course / "submitted" / "ann" / "tiny" / NOTEBOOK).write_text("")
    done = run(course, "grade", "tiny")
    assert done.returncode == EXIT_ATTENTION
    run(course, "export", "tiny", "--to", "grades.csv")
    with (course / "grades.csv").open() as file:
        row = next(csv.DictReader(file))
    assert (row["total"], row["status"]) == ("0.0", "needs_attention")
    assert "an empty file" in row["reason"]
    assert not (course / "autograded" / "ann" / "tiny").exists()


def test_only_what_has_changed_is_graded_again(graded_ann, run, filled):
    place = graded_ann / "submitted" / "ann" / "tiny" / NOTEBOOK
    assert "graded before" in run(graded_ann, "grade", "tiny").stderr
    nbformat.write(filled(UNQ_C2="def total(values):\n    return 1"), place)
    done = run(graded_ann, "grade", "tiny")
    assert "graded before" not in done.stderr
    assert "6 of 10" in done.stdout
    assert "graded before" not in run(graded_ann, "grade", "tiny", "--force").stderr


@pytest.mark.parametrize("damage", ["", "[]"])
def test_what_has_no_readable_receipt_is_graded_again(graded_ann, run, damage):
    receipt = graded_ann / "autograded" / "ann" / "tiny" / "exercise.receipt.json"
    receipt.write_text(damage)
    assert run(graded_ann, "grade", "tiny").returncode == 0
    assert Receipt.from_json(receipt.read_text()).score == 10
