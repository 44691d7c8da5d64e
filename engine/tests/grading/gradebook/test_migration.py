"""A gradebook is changed to a new release: all of it or nothing, and what humans gave stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.orm import Session

from proctor.errors import CourseError
from proctor.grading.gradebook import migration
from proctor.grading.gradebook.migration import (
    copy_database,
    gradebook_exists,
    gradebook_session,
    migrate,
)
from proctor.grading.gradebook.migration_plan import plan_migration
from proctor.grading.gradebook.release_cells import (
    ReleasedCell,
    ReleasedNotebook,
    cells_of_release,
    digest,
)
from proctor.reporting.console.migration import lost_line, migration_lines

STUDENTS = ("ann", "bob")
COURSE = "default_course"


def cell(*parts, points=None, text="", kind="code"):
    return ReleasedCell(tuple(sorted(parts)), points, kind, "solution" not in parts, text, text)


OLD = {
    "answer": cell("solution"),
    "test": cell("grade", points=2.0),
    "essay": cell("grade", "solution", points=5.0, kind="markdown"),
    "task": cell("task", points=3.0, kind="markdown"),
    "given": cell(),
}


def release(**changes):
    """The old cells with some others; None takes one out."""
    cells = {**OLD, **changes}
    return {"n": ReleasedNotebook("{}", {name: c for name, c in cells.items() if c is not None})}


@pytest.fixture(scope="module")
def template(gradebook_url):
    """A class of two with marks and comments by hand, and what makes a copy of its gradebook."""
    url = gradebook_url()
    with gradebook_session(url, COURSE) as session:
        migrate(session, "tiny", release(), COURSE)
    with Gradebook(url) as book:
        for student in STUDENTS:
            book.add_student(student)
            book.add_submission("tiny", student)
        for name, score in (("essay", 4.0), ("task", 2.5)):
            book.find_grade(name, "n", "tiny", "ann").manual_score = score
        book.find_grade("test", "n", "tiny", "bob").extra_credit = 1.0
        book.find_grade("test", "n", "tiny", "bob").auto_score = 2.0
        book.find_comment("answer", "n", "tiny", "ann").manual_comment = "Well said."
        book.db.commit()
    return url, gradebook_url


@pytest.fixture
def db_url(template):
    """A copy of it that a test may do with as it likes."""
    url, copied = template
    return copied(url)


def migrated(url, new):
    """Migrate, and get the plan as it was told."""
    with gradebook_session(url, COURSE) as session:
        plan = plan_migration(session, "tiny", new)
        migrate(session, "tiny", new, COURSE)
    with gradebook_session(url, COURSE) as session:
        assert digest(cells_of_release(session, "tiny")) == digest(new)
        again = plan_migration(session, "tiny", new)
        assert (again.changes, again.affected) == ([], [])
    return plan


def marks(url, student, notebook="n"):
    with Gradebook(url) as book:
        found = book.find_submission_notebook(notebook, "tiny", student)
        grades = {g.name: (g.auto_score, g.manual_score, g.extra_credit) for g in found.grades}
        return grades, {c.name: c.manual_comment for c in found.comments}


def test_a_test_is_added(db_url):
    plan = migrated(db_url, release(later=cell("grade", points=1.0)))
    (change,) = plan.changes
    assert (change.cell, change.structural, change.what) == (
        "later",
        True,
        "added: test, 1 points",
    )
    assert (plan.affected, plan.refused) == (["ann", "bob"], ["n"])
    grades, comments = marks(db_url, "ann")
    assert grades["later"] == (None, None, None)
    assert (grades["essay"], comments["answer"]) == ((None, 4.0, None), "Well said.")
    with Gradebook(db_url) as book:
        assert book.find_grade("later", "n", "tiny", "bob").needs_manual_grade
        assert book.find_notebook("n", "tiny").max_score == 11.0


def test_points_change_and_a_mark_may_be_more_than_them(db_url):
    plan = migrated(db_url, release(essay=cell("grade", "solution", points=3.0, kind="markdown")))
    (change,) = plan.changes
    assert (change.what, change.structural) == ("points 5 -> 3", False)
    assert [one.student for one in change.above] == ["ann"]
    assert plan.refused == []
    assert marks(db_url, "ann")[0]["essay"] == (None, 4.0, None)
    said = "\n".join(migration_lines(plan))
    assert "marks by hand more than the new points, and kept; look at them: ann" in said


def test_a_removed_cell_takes_its_marks_along_and_only_those(db_url):
    plan = migrated(db_url, release(essay=None, given=None))
    assert [(one.student, one.cell) for one in plan.lost] == [("ann", "essay")]
    assert lost_line(plan.lost) == (
        "1 marks and 0 comments by hand would be lost, in essay of n.ipynb"
    )
    grades, comments = marks(db_url, "ann")
    assert set(grades) == {"test", "task"}
    assert grades["task"] == (None, 2.5, None)
    assert set(comments) == {"answer", "task"}


def test_a_mark_follows_its_cell_when_that_becomes_another_kind(db_url):
    plan = migrated(
        db_url,
        release(
            task=cell("grade", "solution", points=3.0, kind="markdown"),
            essay=cell("task", points=5.0, kind="markdown"),
            answer=cell("task", points=1.0, kind="markdown"),
        ),
    )
    assert plan.lost == []
    assert {one.cell for one in plan.changes if one.structural} == {"task", "essay", "answer"}
    grades, comments = marks(db_url, "ann")
    assert (grades["task"], grades["essay"]) == ((None, 2.5, None), (None, 4.0, None))
    assert comments["answer"] == "Well said."
    assert set(comments) == {"task", "essay", "answer"}


def test_a_mark_without_a_place_is_lost_and_a_comment_stays(db_url):
    plan = migrated(db_url, release(test=cell("solution"), answer=cell("grade", points=1.0)))
    assert {(one.student, one.cell, one.is_comment) for one in plan.lost} == {
        ("bob", "test", False),
        ("ann", "answer", True),
    }


def test_notebooks_come_and_go(db_url):
    new = {"m": ReleasedNotebook(None, {"other": cell("grade", points=1.0)})}
    plan = migrated(db_url, new)
    assert (plan.added, plan.removed, plan.affected) == (["m"], ["n"], ["ann", "bob"])
    assert len(plan.lost) == 4
    assert marks(db_url, "bob", "m") == ({"other": (None, None, None)}, {})
    with Gradebook(db_url) as book, pytest.raises(MissingEntry):
        book.find_notebook("n", "tiny")


def test_nothing_has_changed_after_a_failure_on_the_way(db_url, monkeypatch):
    def fails(*arguments):
        raise KeyboardInterrupt

    with gradebook_session(db_url, COURSE) as session:
        before = digest(cells_of_release(session, "tiny"))
    given = marks(db_url, "ann")
    monkeypatch.setattr(migration, "_complete", fails)
    new = release(essay=None, later=cell("grade", points=1.0))
    with (
        pytest.raises(KeyboardInterrupt),
        gradebook_session(db_url, COURSE) as session,
    ):
        migrate(session, "tiny", new, COURSE)
    monkeypatch.undo()
    with gradebook_session(db_url, COURSE) as session:
        assert digest(cells_of_release(session, "tiny")) == before
    assert marks(db_url, "ann") == given


def test_other_assignments_stay_as_they_are(db_url):
    with gradebook_session(db_url, COURSE) as session:
        migrate(session, "other", release(), COURSE)
    with Gradebook(db_url) as book:
        book.add_submission("other", "ann")
    migrated(db_url, release(essay=None))
    with Gradebook(db_url) as book:
        assert {g.name for g in book.find_submission("other", "ann").notebooks[0].grades} == {
            "essay",
            "task",
            "test",
        }


def test_a_copy_of_the_gradebook_is_whole_and_no_more_readable(db_url):
    with gradebook_session(db_url, COURSE) as session:
        before = digest(cells_of_release(session, "tiny"))
        copied = copy_database(session.get_bind(), "tiny")
        if not db_url.startswith("sqlite"):
            assert copied is None
            return
        migrate(session, "tiny", release(essay=None), COURSE)
    original = Path(db_url.removeprefix("sqlite:///"))
    assert copied.parent == original.parent
    assert copied.stat().st_mode == original.stat().st_mode
    with closing(sqlite3.connect(copied)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with gradebook_session(f"sqlite:///{copied}", COURSE) as session:
        assert isinstance(session, Session)
        assert digest(cells_of_release(session, "tiny")) == before


def test_a_gradebook_that_is_not_there_is_not_made(tmp_path):
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    assert not gradebook_exists(url)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_gradebook_is_said(tmp_path):
    path = tmp_path / "gradebook.db"
    path.write_text("x" * 4096)
    with (
        pytest.raises(CourseError, match="not a database"),
        gradebook_session(f"sqlite:///{path}", COURSE),
    ):
        pass
