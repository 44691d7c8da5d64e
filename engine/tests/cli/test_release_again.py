"""A release after grading: what nbgrader refuses is said, and what `--again` does about it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing

import nbformat
import pytest
from nbgrader.api import Gradebook

from engine.tests.coursework import NOTEBOOK, cell, command, notebook
from proctor.cli import release as release_module
from proctor.cli.release import ReleaseCommand
from proctor.grading.gradebook.migration import gradebook_session
from proctor.grading.gradebook.release_cells import cells_of_release, digest
from proctor.results import Receipt

pytestmark = pytest.mark.sandbox


CONFIG = """
from proctor.nbgrader import adopt
c = get_config()
c.CourseDirectory.course_id = "tiny"
adopt(c)
# No test has to be tried out.
c.Examine.verdict = "in-kernel"
"""


@pytest.fixture(scope="module")
def course_of_ann(run, tmp_path_factory):
    """A course with a submission in the gradebook, a mark by hand, and a test added later."""
    course = tmp_path_factory.mktemp("ann") / "course"
    (course / "source" / "tiny").mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(CONFIG)
    cells = [cell("f", "solution", "def f(): pass"), cell("test", "test", "f()", points=2)]
    nbformat.write(notebook(cells), course / "source" / "tiny" / NOTEBOOK)
    done = run(course, "release", "tiny")
    assert done.returncode == 0, done.stderr
    with gradebook(course) as book:
        book.add_student("ann")
        book.add_submission("tiny", "ann")
        book.find_grade("test", "exercise", "tiny", "ann").manual_score = 1.5
        book.db.commit()
    add_test(course)
    return course


@pytest.fixture
def graded(course_of_ann, tmp_path):
    return shutil.copytree(course_of_ann, tmp_path / "course")


@pytest.fixture(scope="module")
def again(released, filled, run, tmp_path_factory):
    """A course that is graded, released again with one more test, and graded."""
    course = tmp_path_factory.mktemp("again") / "course"
    shutil.copytree(released, course)
    place = course / "submitted" / "ann" / "tiny"
    place.mkdir(parents=True)
    nbformat.write(filled(), place / NOTEBOOK)
    (place / "timestamp.txt").write_text("2026-01-02 12:00:00 UTC")
    assert run(course, "grade", "tiny").returncode == 0
    with gradebook(course) as book:
        book.find_grade("stock-test", "exercise", "tiny", "ann").manual_score = 1.5
        book.find_comment("total", "exercise", "tiny", "ann").manual_comment = "Well said."
        book.db.commit()
    add_test(course)
    return course, run(course, "release", "tiny", "--again"), run(course, "grade", "tiny")


def add_test(course):
    change(course, lambda nb: nb.cells.append(cell("later", "test", "assert True")))


def gradebook(course):
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}")


def change(course, how):
    path = course / "source" / "tiny" / NOTEBOOK
    nb = nbformat.read(path, as_version=4)
    how(nb)
    nbformat.write(nb, path)


def content(folder):
    """All that a course has released, and all of its grades."""
    release = folder / "release"
    found = {p.relative_to(release).as_posix(): p.read_bytes() for p in release.rglob("*.*")}
    with closing(sqlite3.connect(folder / "gradebook.db")) as connection:
        return found, list(connection.iterdump())


def test_cells_can_not_be_added_once_there_are_submissions(graded, run):
    before = content(graded)
    done = run(graded, "release", "tiny")
    assert done.returncode == 2
    assert "Cannot add or remove cells for notebook 'exercise'" in done.stderr
    assert "where: exercise.ipynb, cell later added: test, 1 points" in done.stderr
    assert "proctor release tiny --again --dry-run" in done.stderr
    assert "traceback" not in done.stderr
    assert content(graded) == before


def test_a_notebook_can_not_be_removed_either(graded, run):
    source = graded / "source" / "tiny"
    (source / NOTEBOOK).rename(source / "other.ipynb")
    before = content(graded)
    done = run(graded, "release", "tiny")
    assert done.returncode == 2
    assert "Cannot modify existing assignment" in done.stderr
    assert content(graded) == before


def test_all_of_nbgraders_advice_is_shown(graded, run):
    def age(nb):
        for one in nb.cells:
            if "nbgrader" in one.metadata:
                one.metadata["nbgrader"]["schema_version"] = 1

    change(graded, age)
    before = content(graded)
    done = run(graded, "release", "tiny")
    assert done.returncode == 2
    assert "update the metadata using: nbgrader update ." in " ".join(done.stderr.split())
    assert content(graded) == before


def test_a_dry_run_says_who_is_affected_and_changes_nothing(graded, run):
    change(graded, lambda nb: nb.cells[1].metadata["nbgrader"].update(points=3))
    before = content(graded)
    done = run(graded, "release", "tiny", "--again", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "  later  added: test, 1 points" in done.stdout
    assert "  test  points 2 -> 3\n    marks by hand kept: ann" in done.stdout
    assert "affected: 1 of 1 submissions: ann" in done.stdout
    assert content(graded) == before


@pytest.mark.parametrize("where", ["migrate", "digest"])
def test_an_end_in_the_middle_leaves_everything_as_it_was(graded, monkeypatch, where):
    before = content(graded)
    real = getattr(release_module, where)

    def ended(*arguments):
        real(*arguments)
        raise KeyboardInterrupt

    ReleaseCommand.clear_instance()
    app = ReleaseCommand()
    app.initialize(["tiny", "--again", f"--course-dir={graded}"], root=str(graded))
    monkeypatch.setattr(release_module, where, ended)
    with pytest.raises(SystemExit):
        app.start()
    assert content(graded) == before
    assert {p.name for p in (graded / "release").iterdir()} == {"tiny", "tiny.zip"}


def test_it_is_released_again(again, run_nbgrader):
    course, done, _ = again
    assert done.returncode == 0, done.stderr
    assert "next: proctor grade tiny" in done.stdout
    (copied,) = course.glob("gradebook.db.before-tiny-*")
    assert str(copied) in done.stdout
    released = nbformat.read(course / "release" / "tiny" / NOTEBOOK, as_version=4)
    assert released.cells[-1].metadata.nbgrader.grade_id == "later"
    # nbgrader has nothing against it any more.
    done = run_nbgrader(course, "generate_assignment", "tiny", "--force")
    assert done.returncode == 0, done.stderr


def test_what_is_affected_is_graded_again_and_marks_by_hand_stay(again):
    course, _, done = again
    assert done.returncode == 0, done.stderr
    assert "the notebook changed: source/tiny/exercise.ipynb, cell later" in done.stderr
    with gradebook(course) as book:
        found = book.find_submission_notebook("exercise", "tiny", "ann")
        grades = {g.name: (g.auto_score, g.manual_score) for g in found.grades}
        assert grades["later"] == (1.0, None)
        assert grades["stock-test"] == (2.0, 1.5)
        comment = book.find_comment("total", "exercise", "tiny", "ann")
        assert comment.manual_comment == "Well said."


def test_where_a_submission_comes_from_is_said(again, run):
    course, _, done = again
    receipt = Receipt.from_json(
        (course / "autograded" / "ann" / "tiny" / "exercise.receipt.json").read_text()
    )
    assert receipt.release.startswith("release 1 of ")
    assert "; graded by release 2 of " in receipt.release
    assert receipt.notes == (f"it comes from {receipt.release}",)
    assert f"From {receipt.release}: 1" in done.stdout
    assert run(course, "feedback", "tiny").returncode == 0
    page = (course / "feedback" / "ann" / "tiny" / "exercise.html").read_text()
    assert f"It comes from {receipt.release}." in page
    assert run(course, "report", "tiny").returncode == 0
    assert receipt.release in (course / "reports" / "tiny.html").read_text()


def test_a_moved_deadline_takes_effect_without_grading(again, run, tmp_path):
    course = shutil.copytree(again[0], tmp_path / "course")
    zero = "--LateSubmissionPlugin.penalty_method=zero"
    with gradebook(course) as book:
        book.update_or_create_assignment("tiny", duedate="2026-01-01 12:00:00 UTC")
    done = run(course, "grade", "tiny", zero)
    assert "1 of 1: graded before, and unchanged" in done.stderr
    assert "late penalty of ann, exercise.ipynb: 0 -> 10.5 (24.0 hours late)" in done.stderr
    with (course / "nbgrader_config.py").open("a") as file:
        file.write('\nc.Deadlines.extensions = {"tiny": {"ann": 24}}\n')
    done = run(course, "export", "tiny", zero)
    assert "10.5 -> 0 (in time)" in done.stderr


def test_marks_by_hand_are_deleted_only_on_demand(graded, run):
    change(graded, lambda nb: nb.cells.pop(1))
    before = content(graded)
    done = run(graded, "release", "tiny", "--again")
    assert done.returncode == 2
    assert "1 marks and 0 comments by hand would be lost, in test of exercise.ipynb" in done.stderr
    assert "marks by hand lost: ann" in done.stdout
    assert content(graded) == before
    done = run(graded, "release", "tiny", "--again", "--drop-marks")
    assert done.returncode == 0, done.stderr
    with gradebook(graded) as book:
        names = {g.name for g in book.find_submission("tiny", "ann").notebooks[0].grades}
    assert names == {"later"}


def test_options_that_need_again(graded, run):
    for option in ("--dry-run", "--drop-marks"):
        assert "are for --again" in run(graded, "release", "tiny", option).stderr
    assert "all notebooks" in run(graded, "release", "tiny", "--again", "--notebook=x").stderr


def test_a_grading_finishes_what_a_release_has_begun(again, run, tmp_path):
    course = shutil.copytree(again[0], tmp_path / "course")
    # As after a crash between the gradebook and the student version.
    release = course / "release"
    shutil.copytree(release / "tiny", release / ".tiny.new" / "tiny")
    (release / ".tiny.new" / "tiny" / "extra.txt").write_text("new")
    app = command(course)
    with gradebook_session(app.coursedir.db_url, app.coursedir.course_id) as session:
        cells = digest(cells_of_release(session, "tiny"))
    about = {"cells": cells, "folder": (release / ".tiny.new" / "tiny").stat().st_ino}
    (release / ".tiny.new" / "whole.json").write_text(json.dumps(about))
    done = run(course, "grade", "tiny")
    assert "an interrupted release of tiny was finished" in done.stderr
    assert (release / "tiny" / "extra.txt").is_file()
