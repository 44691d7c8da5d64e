"""Faults of a course's checks are found when it is released, and never become a student's zero."""

import json

import nbformat
import pytest

from engine.tests import coursework
from proctor.cli import EXIT_ATTENTION

pytestmark = pytest.mark.sandbox

HEAD = "import numpy as np\nfrom proctor.checks import Verdict, check, reference_check\n"
TOTAL = """
total = reference_check(
    "total", cell="UNQ_C2", solution=sum, inputs=lambda rng: [(rng.integers(1, 9, 5).tolist(),)]
)
"""
DOUBLE = """
@check("double", cell="UNQ_C1")
def double(student, rng):
    values = rng.integers(1, 9, size=5)
    got = student.double(values.copy())
    {}
"""


def with_check(course, body):
    (course / "tiny_checks.py").write_text(HEAD + TOTAL + DOUBLE.format(body))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("return Verdict(0.5, 'half')", "gives the instructor's solution 2 of 4 points: half"),
        ("raise KeyError('x')", "KeyError (line 12 of tiny_checks.py): 'x'"),
        ("return got.nothing", "has no attribute 'nothing'"),
        ("return None", "it returned NoneType and no Verdict"),
        ("student.treble", "the notebook does not define treble"),
        ("while True: pass", "ran too long"),
    ],
)
def test_a_check_that_the_solution_does_not_pass_stops_the_release(course, run, body, problem):
    with_check(course, body)
    before = (course / "release" / "tiny" / "exercise.ipynb").stat().st_mtime_ns
    done = run(course, "release", "tiny", "--force")
    assert done.returncode == 2, done.stdout
    assert "the check double" in done.stderr
    assert problem in done.stderr
    assert (course / "release" / "tiny" / "exercise.ipynb").stat().st_mtime_ns == before


def test_a_check_of_a_module_that_can_not_be_imported_stops_the_release(course, run):
    (course / "tiny_checks.py").write_text("import nothing_of_that_name")
    done = run(course, "release", "tiny", "--force")
    assert done.returncode == 2
    assert "nothing_of_that_name" in done.stderr


def test_a_test_that_returns_more_points_than_it_has_stops_the_grading(course, run, filled):
    """nbgrader would give nobody a grade; here everybody would wait for a mark by hand."""
    path = course / "source" / "tiny" / "exercise.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.cells.append(coursework.cell("bonus", "test", "2 + 1", points=2))
    nbformat.write(nb, path)
    done = run(course, "release", "tiny", "--force")
    assert "the test bonus returns no score from 0 to its 2 points" in done.stdout
    coursework.hand_in(course, "ann", filled())
    done = run(course, "grade", "tiny")
    assert done.returncode == 2
    assert "the test bonus returns no score from 0 to its 2 points" in done.stderr
    assert not (course / "autograded").exists()


def test_a_submission_at_which_a_check_fails_is_set_aside(course, run, filled):
    """To return nothing is a fault of the student's, to expect a shape one of the check's."""
    with_check(course, "return Verdict(float(got.shape == (5,) and got[0] == 2 * values[0]), '')")
    coursework.hand_in(course, "ann", filled())
    coursework.hand_in(course, "ben", filled(UNQ_C1="def double(values):\n    return None"))
    done = run(course, "grade", "tiny", "--jobs=1")
    assert done.returncode == EXIT_ATTENTION, done.stderr
    receipts = {
        student: json.loads(
            (course / "autograded" / student / "tiny" / "exercise.receipt.json").read_text()
        )
        for student in ("ann", "ben")
    }
    assert receipts["ann"]["status"] == "graded"
    assert [one["score"] for one in receipts["ann"]["exercises"]] == [4, 4, 2]
    assert receipts["ben"]["status"] == "needs_attention"
    assert "the check double failed: AttributeError (line 12 of" in receipts["ben"]["reason"]
    told = receipts["ben"]["exercises"]
    assert (told[0]["status"], told[1]["status"]) == ("error", "passed")
    assert "staff" in told[0]["message"]
