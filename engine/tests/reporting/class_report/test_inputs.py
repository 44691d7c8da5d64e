import base64
import os
import signal
from dataclasses import replace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.coursedir import CourseDirectory

from proctor.cell_labels import CellKey
from proctor.checks import Picture
from proctor.execution.scored_outputs import picture_output
from proctor.exports.grades import Grade, Grades, Person
from proctor.reporting.class_report import inputs
from proctor.reporting.class_report.inputs import gather
from proctor.reporting.class_report.statistics import attention
from proctor.results import ExerciseResult, Origin, Receipt

TEST = CellKey("n", "t")
PICTURE = Picture("Your map", "a map", base64.b64decode("/9j/"))


def marked(source, grade_id, **about):
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {"grade_id": grade_id, "grade": False, "solution": False, **about}
    return cell


@pytest.fixture
def gathered(tmp_path):
    """Gather one student's work."""

    def run(verdict="outside", *, page=True, graded="hash", damaged=False):
        test = marked("test", "t", grade=True, points=4)
        test.outputs = [picture_output(PICTURE)]
        nb = new_notebook(cells=[marked("# UNQ_C1 (X)\na = 1", "d", solution=True), test])
        folder = tmp_path / "autograded" / "a b" / "tiny"
        folder.mkdir(parents=True)
        (folder / "n.ipynb").write_text("{" if damaged else nbformat.writes(nb))
        if page:
            feedback = tmp_path / "feedback" / "a b" / "tiny"
            feedback.mkdir(parents=True)
            (feedback / "n.html").write_text("")
        result = ExerciseResult("double", "UNQ_C1", 4, 4, "passed", "m", verdict=verdict, test="t")
        receipt = Receipt("tiny", "n.ipynb", (result,), origin=Origin(graded=graded))
        grades = Grades("tiny", (), 4, (Grade(Person("a b"), receipts=(receipt,)),))
        coursedir = CourseDirectory(root=str(tmp_path))
        # nbgrader copies what a student hands in beside the notebooks.
        (folder / "other.html").write_text("<script>")
        (found,) = gather(
            coursedir, grades, {CellKey("n", "d"): "# UNQ_C1 (X)"}, tmp_path / "reports"
        )
        return found

    return run


def test_page_map_and_code_are_found(gathered):
    found = gathered()
    assert found.link == "../feedback/a%20b/tiny/n.html"
    assert found.maps == {TEST: PICTURE}
    assert found.code["UNQ_C1"].text == "a = 1"


def test_a_picture_that_a_notebook_may_have_drawn_itself_is_not_taken(gathered):
    assert gathered("in-kernel").maps == {}


@pytest.mark.parametrize("about", [{"damaged": True}, {"graded": ""}])
def test_without_a_graded_notebook_there_is_the_grade_alone(gathered, about):
    found = gathered(**about)
    assert (found.maps, found.code) == ({}, {})
    assert found.results[TEST].id == "double"


def test_a_file_under_the_name_of_a_page_that_there_is_not_is_no_page(gathered):
    assert gathered(graded="").link == ""


def test_without_a_page_there_is_no_link(gathered):
    assert gathered(page=False).link == ""


def never(*_):
    while True:
        pass


def crash(*_):
    os.kill(os.getpid(), signal.SIGSEGV)


@pytest.mark.parametrize(("parse", "why"), [(never, "processor time"), (crash, "signal 11")])
def test_a_notebook_that_costs_too_much_is_told_and_the_grade_stands(
    gathered, monkeypatch, parse, why
):
    monkeypatch.setattr("proctor.reporting.class_report.inputs.written_code", parse)
    budget = replace(inputs._BUDGET, cpu_seconds=1)
    monkeypatch.setattr("proctor.reporting.class_report.inputs._BUDGET", budget)
    found = gathered()
    assert (found.maps, found.code) == ({}, {})
    assert found.link
    (seen,) = attention([found])
    assert any(why in one for one in seen.why)


def test_what_two_notebooks_have_in_common_is_kept_apart(tmp_path):
    folder = tmp_path / "autograded" / "ann" / "tiny"
    folder.mkdir(parents=True)
    receipts = []
    for name in ("m", "n"):
        test = marked("test", "t", grade=True, points=4)
        test.outputs = [picture_output(replace(PICTURE, title=f"Map of {name}"))]
        nb = new_notebook(cells=[marked(f"# UNQ_C1 (X)\n{name} = 1", "d", solution=True), test])
        (folder / f"{name}.ipynb").write_text(nbformat.writes(nb))
        result = ExerciseResult("double", "UNQ_C1", 4, 4, "passed", "m", test="t")
        receipts.append(Receipt("tiny", f"{name}.ipynb", (result,), origin=Origin(graded="hash")))
    grades = Grades("tiny", (), 4, (Grade(Person("ann"), receipts=tuple(receipts)),))
    given = {CellKey("m", "d"): "# UNQ_C1 (X)", CellKey("n", "d"): "# UNQ_C1 (X)"}
    (found,) = gather(CourseDirectory(root=str(tmp_path)), grades, given, tmp_path / "reports")
    assert {key: one.title for key, one in found.maps.items()} == {
        ("m", "t"): "Map of m",
        ("n", "t"): "Map of n",
    }
    assert {label: one.text for label, one in found.code.items()} == {
        "m/UNQ_C1": "m = 1",
        "n/UNQ_C1": "n = 1",
    }
