"""Late penalties follow deadlines and extensions, and no notebook is run."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin

from proctor.grading.deadlines import Deadlines
from proctor.grading.gradebook.penalties import penalty_of, recompute_penalties, seconds_late

DUE = datetime(2030, 1, 1)
HOUR = timedelta(hours=1)


class Half(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2


@pytest.fixture
def book(tmp_path):
    """Two students an hour late, with 4 points each, and a penalty that is not written yet."""
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as found:
        found.add_assignment("tiny", duedate=DUE)
        found.add_notebook("n", "tiny")
        found.add_grade_cell("test", "n", "tiny", max_score=4, cell_type="code")
        for student in ("ann", "bob"):
            found.add_student(student)
            found.add_submission("tiny", student, timestamp=DUE + HOUR)
            found.find_grade("test", "n", "tiny", student).auto_score = 4.0
        found.db.commit()
        yield found


def recomputed(book, extensions=None, plugin=None, is_selected=lambda student: True):
    found = recompute_penalties(book.db, "tiny", plugin or Half(), extensions or {}, is_selected)
    book.db.commit()
    return [(one.student, one.before, one.now) for one in found]


def test_a_moved_deadline_changes_penalties(book):
    assert recomputed(book) == [("ann", 0.0, 2.0), ("bob", 0.0, 2.0)]
    assert recomputed(book) == []
    book.update_or_create_assignment("tiny", duedate=str(DUE + 2 * HOUR))
    assert recomputed(book) == [("ann", 2.0, 0.0), ("bob", 2.0, 0.0)]


def test_an_extension_is_of_one_student_and_is_nbgraders(book):
    recomputed(book)
    more = Deadlines(extensions={"tiny": {"ann": 2, "new": 5}, "other": {"bob": 9}}).of("tiny")
    assert recomputed(book, more) == [("ann", 2.0, 0.0)]
    assert book.find_submission("tiny", "ann").extension == 2 * HOUR
    assert book.find_submission("tiny", "ann").total_seconds_late == 0
    assert recomputed(book) == []
    assert recomputed(book, {"ann": timedelta(0)}) == [("ann", 0.0, 2.0)]
    assert book.find_submission("tiny", "ann").extension is None


def test_one_that_was_granted_with_nbgrader_stays(book):
    book.grant_extension("tiny", "bob", hours=3)
    assert recomputed(book, {"ann": HOUR}) == []
    assert book.find_submission("tiny", "bob").extension == 3 * HOUR


def test_a_mark_by_hand_counts(book):
    recomputed(book)
    book.find_grade("test", "n", "tiny", "ann").manual_score = 1.0
    book.db.commit()
    assert recomputed(book) == [("ann", 2.0, 0.5)]


def test_only_selected_students(book):
    assert recomputed(book, is_selected=lambda student: student == "bob") == [("bob", 0.0, 2.0)]


def test_a_change_is_told(book):
    (change, _) = recompute_penalties(book.db, "tiny", Half(), {}, lambda student: True)
    assert str(change) == "late penalty of ann, n.ipynb: 0 -> 2 (1.0 hours late)"


@pytest.mark.parametrize(("points", "late", "penalty"), [(4.0, 0.0, None), (4.0, 1.0, 2.0)])
def test_a_penalty_needs_a_delay_and_a_plugin(points, late, penalty):
    assert penalty_of(Half(), "ann", points, late) == penalty
    assert penalty_of(None, "ann", points, late) is None


def test_without_a_time_nobody_is_late():
    assert seconds_late(None, DUE) == seconds_late(DUE, None) == 0.0
    assert seconds_late(DUE + HOUR, DUE, HOUR / 2) == 1800.0
