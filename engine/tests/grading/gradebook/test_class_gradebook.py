"""What is written into the gradebook, on each kind of database."""

from __future__ import annotations

import multiprocessing
from datetime import datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from sqlalchemy import create_engine, text

from proctor.errors import CourseError
from proctor.grading.gradebook.class_gradebook import ClassGradebook
from proctor.results import ExerciseResult, HumanPart, Receipt

pytestmark = pytest.mark.sandbox

DUE = datetime(2030, 1, 1)


@pytest.fixture(scope="module")
def template(gradebook_url):
    """Two notebooks: one with a test, an essay and a task, another with a test.

    Returns its address, and what makes a copy of it; making one anew takes seconds.
    """
    url = gradebook_url()
    with Gradebook(url) as book:
        book.add_assignment("tiny", duedate=DUE)
        book.add_notebook("n", "tiny")
        book.add_notebook("m", "tiny")
        book.add_grade_cell("test", "n", "tiny", max_score=4, cell_type="code")
        book.add_grade_cell("essay", "n", "tiny", max_score=5, cell_type="markdown")
        book.add_solution_cell("essay", "n", "tiny")
        book.add_task_cell("task", "n", "tiny", max_score=3, cell_type="markdown")
        book.add_grade_cell("other", "m", "tiny", max_score=2, cell_type="code")
    return url, gradebook_url


@pytest.fixture
def db_url(template):
    """An assignment in a gradebook of the test's own."""
    url, copied = template
    return copied(url)


def receipts(score=4.0, essay=None, **options):
    return [
        Receipt(
            "tiny",
            "n.ipynb",
            (ExerciseResult("x", "UNQ_C1", score, 4.0, "passed", "m", test="test"),),
            human=HumanPart({"essay": essay, "task": None}, {"essay": None, "task": None}),
            **options,
        ),
        Receipt(
            "tiny", "m.ipynb", (ExerciseResult("y", "", 2.0, 2.0, "passed", "m", test="other"),)
        ),
    ]


def grades(url, student="ann"):
    with Gradebook(url) as book:
        submission = book.find_submission("tiny", student)
        return {
            g.name: (g.auto_score, g.manual_score, g.needs_manual_grade)
            for nb in submission.notebooks
            for g in nb.grades
        }


def test_a_submission_is_written_as_nbgrader_would(db_url):
    with ClassGradebook(db_url, "default_course", "tiny") as book:
        assert book.record("ann", receipts(), timestamp=DUE) is False
        assert book.recorded()["ann"] == {
            ("n", "test"): 4.0,
            ("n", "essay"): None,
            ("n", "task"): None,
            ("m", "other"): 2.0,
        }
    assert grades(db_url) == {
        "test": (4.0, None, False),
        "essay": (None, None, True),
        "task": (None, None, True),
        "other": (2.0, None, False),
    }
    with Gradebook(db_url) as book:
        submission = book.find_submission("tiny", "ann")
        assert (submission.score, submission.timestamp) == (6.0, DUE)
        assert len(book.assignment_submissions("tiny")) == 1


def test_marks_are_the_gradebooks_points_and_none_is_missing(db_url):
    with ClassGradebook(db_url, "default_course", "tiny") as book:
        book.record("ann", receipts(), timestamp=DUE)
        with Gradebook(db_url) as formgrader:
            formgrader.find_grade("essay", "n", "tiny", "ann").manual_score = 3.5
            formgrader.find_grade("test", "n", "tiny", "ann").extra_credit = 1.0
            formgrader.find_grade("task", "n", "tiny", "ann").extra_credit = 1.0
            formgrader.db.commit()
        assert book.by_hand == {("n", "essay"): 5.0, ("n", "task"): 3.0}
        assert book.marks()["ann"] == {
            ("n", "test"): 5.0,
            ("n", "essay"): 3.5,
            ("n", "task"): None,
            ("m", "other"): 2.0,
        }


def test_a_second_time_changes_nothing(db_url):
    with ClassGradebook(db_url, "default_course", "tiny") as book:
        book.record("ann", receipts(), timestamp=DUE)
        before = grades(db_url)
        book.record("ann", receipts(), timestamp=DUE)
    assert grades(db_url) == before
    with Gradebook(db_url) as book:
        assert len(book.assignment_submissions("tiny")) == 1


def test_what_a_human_wrote_stays_and_is_flagged(db_url):
    with ClassGradebook(db_url, "default_course", "tiny") as book:
        book.record("ann", receipts(), timestamp=None)
        with Gradebook(db_url) as formgrader:
            essay = formgrader.find_grade("essay", "n", "tiny", "ann")
            essay.manual_score, essay.needs_manual_grade = 3.5, False
            formgrader.find_grade("test", "n", "tiny", "ann").extra_credit = 1.0
            formgrader.find_comment("essay", "n", "tiny", "ann").manual_comment = "Well said."
            formgrader.db.commit()
        assert book.record("ann", receipts(score=1.0), timestamp=None) is True
    found = grades(db_url)
    assert found["essay"] == (None, 3.5, True)
    assert found["test"] == (1.0, None, True)
    with Gradebook(db_url) as formgrader:
        assert formgrader.find_comment("essay", "n", "tiny", "ann").comment == "Well said."
        assert formgrader.find_submission("tiny", "ann").score == 1.0 + 1.0 + 3.5 + 2.0


def test_what_needs_attention_is_flagged(db_url):
    with ClassGradebook(db_url, "default_course", "tiny") as book:
        book.record("ann", receipts(status="needs_attention", reason="r"), timestamp=None)
    assert grades(db_url)["test"] == (4.0, None, True)


class Half(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2 if total_seconds_late < 10_000 else 1000.0


@pytest.mark.parametrize(
    ("late", "extension", "penalty"),
    [(-1, None, None), (60, None, 2.0), (60, 3600, None), (7200, 3600, 2.0), (20_000, None, 4.0)],
)
def test_late_work_loses_what_the_plugin_says_and_no_more_than_there_is(
    db_url, late, extension, penalty
):
    when = DUE + timedelta(seconds=late)
    with ClassGradebook(db_url, "default_course", "tiny", Half()) as book:
        book.record("ann", receipts(essay=0.0), timestamp=DUE)
        if extension:
            with Gradebook(db_url) as granted:
                submission = granted.find_submission("tiny", "ann")
                submission.extension = timedelta(seconds=extension)
                granted.db.commit()
        book.record("ann", receipts(essay=0.0), timestamp=when)
    with Gradebook(db_url) as book:
        notebook = book.find_submission_notebook("n", "tiny", "ann")
        assert notebook.late_submission_penalty == penalty


def test_a_failure_on_the_way_leaves_nothing_of_a_submission(db_url):
    class Broken(LateSubmissionPlugin):
        def late_submission_penalty(self, student_id, score, total_seconds_late):
            raise KeyboardInterrupt

    with ClassGradebook(db_url, "default_course", "tiny", Broken()) as book:
        with pytest.raises(KeyboardInterrupt):
            book.record("ann", receipts(), timestamp=DUE + timedelta(days=1))
        assert book.recorded() == {}


@pytest.mark.parametrize(
    "student", ["O'Hara; DROP TABLE grade", "ann\x1b[31m", "學生", "a/../b", "%s"]
)
def test_odd_ids_are_only_ids(db_url, student):
    with ClassGradebook(db_url, "default_course", "tiny") as book:
        book.record(student, receipts(), timestamp=None)
        assert set(book.recorded()) == {student}


def test_an_assignment_that_was_not_released_is_said_without_a_password(db_url):
    with pytest.raises(CourseError, match="proctor release other") as caught:
        ClassGradebook(db_url, "default_course", "other")
    assert "secret" not in str(caught.value)


def _write_as_formgrader_does(url, ready, ended):
    with Gradebook(url) as book:
        for number in range(40):
            student = book.update_or_create_student(f"formgrader-{number}", first_name="x")
            assert student.id
            ready.set()
    ended.put("well")


def test_formgrader_may_be_at_work_meanwhile(db_url):
    context = multiprocessing.get_context("fork")
    ready, ended = context.Event(), context.Queue()
    other = context.Process(target=_write_as_formgrader_does, args=(db_url, ready, ended))
    other.start()
    assert ready.wait(60)
    with ClassGradebook(db_url, "default_course", "tiny") as book:
        for number in range(40):
            book.record(f"s-{number}", receipts(), timestamp=None)
        assert len(book.recorded()) == 40
    assert ended.get(timeout=60) == "well"
    other.join()


def test_a_gradebook_of_an_older_nbgrader_is_said(db_url):
    engine = create_engine(db_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE assignment DROP COLUMN duedate"))
    engine.dispose()
    with pytest.raises(CourseError, match="nbgrader db upgrade"):
        ClassGradebook(db_url, "default_course", "tiny")
