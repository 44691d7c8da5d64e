"""Receipts and a gradebook, and the schemas of what platforms read."""

import pytest
from nbgrader.api import Gradebook

from engine.tests import outcomes
from engine.tests.exports import marked_class
from proctor.exports.grades import read_grades


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory):
    """One exercise of four points; ann was graded and was late, bob handed nothing in."""
    path = tmp_path_factory.mktemp("grades") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}") as book:
        book.add_assignment("tiny")
        book.add_notebook("n", "tiny")
        book.add_grade_cell("double", "n", "tiny", max_score=4, cell_type="code")
        book.add_student(
            "ann", first_name="Ann", last_name="Lee", email="ann@example.org", lms_user_id="17"
        )
        for student in ("bob", "=cmd()"):
            book.add_student(student)
        book.add_submission("tiny", "ann", timestamp=None)
        grade = book.find_grade("double", "n", "tiny", "ann")
        grade.auto_score, grade.needs_manual_grade = 3, False
        book.find_submission_notebook("n", "tiny", "ann").late_submission_penalty = 1
        book.db.commit()
        yield book


@pytest.fixture
def result():
    """Make an exercise's result."""
    return outcomes.make_result


@pytest.fixture
def receipt():
    """Make a graded notebook's receipt; its options are the receipt's."""
    return outcomes.make_receipt


@pytest.fixture
def outcome():
    """Make an outcome of one notebook."""
    return outcomes.make_outcome


@pytest.fixture
def check_schema():
    """Check what a platform reads, as it comes out of JSON."""
    return outcomes.check_schema


@pytest.fixture
def marked(tmp_path):
    """The gradebook of a class whose answers are marked in part; see `marked_class`."""
    with marked_class.make_gradebook(tmp_path / "gradebook.db") as book:
        yield book


@pytest.fixture
def read_marked(marked):
    """Read the class's grades, with the receipts of all or of none."""

    def read(*, graded=True):
        receipts = {
            student.id: marked_class.receipts_of(student.id) if graded else []
            for student in marked.students
        }
        return read_grades(marked, "h", receipts)

    return read
