"""Courses whose notebooks are for kernels of other languages, graded as a user does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from importlib.metadata import files
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from engine.tests.coursework import cell, notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]

CONFIG = """
from proctor.nbgrader import adopt
c = get_config()
c.CourseDirectory.course_id = "languages"
c.Examine.cell_seconds = 3
c.ClearSolutions.code_stub = {"scheme": ";; your code", "R": "# YOUR CODE HERE\\nstop('none')"}
c.LockCells.lock_all_cells = False
adopt(c)
"""
AUTOTESTS = """
ir:
    setup: "library(digest)"
    hash: 'digest(paste({{snippet}}, "{{salt}}"))'
    dispatch: "class({{snippet}})"
    normalize: "toString({{snippet}})"
    check: 'stopifnot("{{message}}" = setequal({{snippet}}, "{{value}}"))'
    templates:
        default:
            - test: "{{snippet}}"
              fail: "value of {{snippet}} is not correct"
"""
R = {"name": "ir", "display_name": "R", "language": "R"}
SCHEME = {"name": "calysto_scheme", "display_name": "Scheme", "language": "scheme"}

SQUARES = "### BEGIN SOLUTION\nsquares <- function(x) x^2\n### END SOLUTION"
R_TESTS = {
    "stops": "stopifnot(squares(3) == 9)\n"
    "### BEGIN HIDDEN TESTS\nstopifnot(all(squares(1:3) == c(1, 4, 9)))\n### END HIDDEN TESTS",
    "written": "### AUTOTEST squares(4)",
    "reads-data": "stopifnot(squares(sum(read.csv('given.csv')$v)) == 9)",
    "prints": "Grüße <- 'ä'\nif (squares(2) != 4) message('no')\nprint(Grüße)",
}
OUTSIDE = """squares <- function(x) x^2
seen <- file.exists("{outside}")
open <- tryCatch({{ readLines(url("http://127.0.0.1:9")); TRUE }}, error = function(e) FALSE)
written <- suppressWarnings(tryCatch(file.create("/given/mine"), error = function(e) FALSE))
print(c(seen, open, written))"""
FULL = dict.fromkeys(R_TESTS, 2.0)


def _needs_r() -> None:
    if shutil.which("R") is None or not Path("/usr/lib/R/site-library/IRkernel").is_dir():
        pytest.skip("IRkernel is not installed (apt install r-cran-irkernel)")


Made = Callable[..., tuple[Path, Mapping[str, Mapping[str, float]]]]


@pytest.fixture(scope="module")
def graded(tmp_path_factory, run) -> Made:
    """Make a course, release it, grade its class, and return scores by student and test."""

    def make(spec, solution, tests, answers, given: Mapping[str, str]):
        root = tmp_path_factory.mktemp(spec["name"])
        source = root / "source" / "a"
        source.mkdir(parents=True)
        cells = [cell("solution", "solution", solution)]
        cells += [cell(name, "test", source, points=2) for name, source in tests.items()]
        made = notebook(cells)
        made.metadata["kernelspec"] = spec
        nbformat.write(made, source / "a.ipynb")
        for name, text in given.items():
            (source / name).write_text(text)
        (root / "nbgrader_config.py").write_text(CONFIG)
        done = run(root, "release", "a")
        assert done.returncode == 0, done.stderr
        for student, answer in answers.items():
            place = root / "submitted" / student / "a"
            shutil.copytree(root / "release" / "a", place)
            if answer is not None:
                nb = nbformat.read(place / "a.ipynb", as_version=4)
                nb.cells[0].source = answer.format(outside=root / "nbgrader_config.py")
                nbformat.write(nb, place / "a.ipynb")
        done = run(root, "grade", "a")
        assert done.returncode in (0, 3), done.stderr
        return root, {student: _scores(root, student) for student in answers}

    return make


def _scores(root: Path, student: str) -> dict[str, float]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "languages") as gradebook:
        grades = gradebook.find_submission_notebook("a", "a", student).grades
        return {grade.name: grade.auto_score for grade in grades}


def _shown(root: Path, student: str) -> str:
    nb = nbformat.read(root / "autograded" / student / "a" / "a.ipynb", as_version=4)
    return json.dumps(nb.cells[0].outputs)


@pytest.fixture(scope="module")
def r_course(graded):
    _needs_r()
    answers = {
        "right": "squares <- function(x) x * x",
        "untouched": None,
        "wrong": "squares <- function(x) 2 * x",
        "no-r": "squares <- function(x {{",
        "dies": "tools::pskill(Sys.getpid(), 9)",
        "endless": "while (TRUE) {{}}",
        "looks-outside": OUTSIDE,
    }
    given = {"given.csv": "v\n1\n2\n", "autotests.yml": AUTOTESTS}
    return graded(R, SQUARES, R_TESTS, answers, given)


def test_a_right_solution_in_r_gets_all_points(r_course):
    assert r_course[1]["right"] == FULL


@pytest.mark.parametrize(
    ("student", "passed"),
    [("untouched", []), ("no-r", []), ("wrong", ["prints"]), ("endless", [])],
)
def test_other_submissions_in_r_get_what_they_pass(r_course, student, passed):
    assert r_course[1][student] == {**dict.fromkeys(R_TESTS, 0.0), **dict.fromkeys(passed, 2.0)}


def test_a_notebook_whose_kernel_dies_needs_attention(r_course):
    root, scores = r_course
    receipt = json.loads((root / "autograded" / "dies" / "a" / "a.receipt.json").read_text())
    assert (receipt["status"], sum(scores["dies"].values())) == ("needs_attention", 0.0)
    assert "SIGKILL" in receipt["reason"]


def test_r_is_in_the_sandbox_like_any_notebook(r_course):
    root, scores = r_course
    assert scores["looks-outside"] == FULL
    assert "FALSE FALSE FALSE" in _shown(root, "looks-outside")


def test_an_endless_loop_in_r_is_interrupted(r_course):
    assert "Stopped: the cell ran longer than" in _shown(r_course[0], "endless")


def test_nbgrader_writes_tests_in_r(r_course):
    released = nbformat.read(r_course[0] / "release" / "a" / "a.ipynb", as_version=4)
    sources = {c.metadata.nbgrader["grade_id"]: c.source for c in released.cells}
    assert 'setequal(toString(squares(4)), "16")' in sources["written"]
    assert "1:3" not in sources["stops"]


def test_a_small_language_in_its_own_kernel(graded):
    assert files("calysto_scheme")
    solution = "### BEGIN SOLUTION\n(define (double x) (* 2 x))\n### END SOLUTION"
    tests = {"doubles": "(assert = (double 4) 8)", "partly": "(if (= (double 1) 2) 1.5 0.5)"}
    answers = {"right": "(define (double x) (+ x x))", "wrong": "(define (double x) x)"}
    _, scores = graded(SCHEME, solution, tests, answers, {})
    assert scores == {
        "right": {"doubles": 2.0, "partly": 1.5},
        "wrong": {"doubles": 0.0, "partly": 0.5},
    }
