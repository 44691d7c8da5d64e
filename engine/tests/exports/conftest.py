"""Receipts and a gradebook, and the schemas of what platforms read."""

import json
from pathlib import Path

import jsonschema
import pytest
from nbgrader.api import Gradebook

from proctor.exports.outcome import Outcome
from proctor.results import ExerciseResult, Origin, Receipt

SCHEMAS = Path(__file__).resolve().parent / "schemas"


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

    def make(message="Half of it.", **about):
        usual = {"id": "double", "cell": "UNQ_C1", "score": 3.0, "max_score": 4.0}
        usual |= {"status": "partial", "test": "double-test", "seed": "c0ffee"}
        return ExerciseResult(**{**usual, "message": message, **about})

    return make


@pytest.fixture
def receipt(result):
    """Make a graded notebook's receipt; its options are the receipt's."""

    def make(*results, **about):
        usual = {"origin": Origin(graded="f00d"), "seconds": 1.5, "notes": ("put right",)}
        return Receipt("tiny", "n.ipynb", results or (result(),), **{**usual, **about})

    return make


@pytest.fixture
def outcome(receipt):
    """Make an outcome of one notebook."""

    def make(*results, refused="", **about):
        return Outcome("tiny", (receipt(*results, **about),), refused)

    return make


@pytest.fixture
def check_schema():
    """Check what a platform reads, as it comes out of JSON."""

    def check(name, value):
        schema = json.loads((SCHEMAS / f"{name}.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(json.loads(json.dumps(value)), schema)

    return check
