"""A course that has set options of nbgrader's, and then adopts the engine, keeps what they do."""

from __future__ import annotations

import json
import shutil
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell

from engine.tests import coursework
from engine.tests.coursework import cell, notebook

CONFIG = """
from proctor.nbgrader import adopt
c = get_config()
c.CourseDirectory.course_id = "field"
c.ClearHiddenTests.begin_test_delimeter = "VERDECKT"
c.ClearHiddenTests.end_test_delimeter = "SICHTBAR"
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "UserWarning"
adopt(c)
c.Execute.timeout = 1
"""
AUTOTESTS = """
python3:
    dispatch: "type({{snippet}})"
    normalize: "str({{snippet}})"
    check: 'assert {{snippet}} == "{{value}}", "{{message}}"'
    templates:
        default:
            - test: "{{snippet}}"
              fail: "value of {{snippet}} is not correct"
"""
SCHEME = "Name three.\n=== BEGIN MARK SCHEME ===\nnames overfitting\n=== END MARK SCHEME ==="
SOLUTION = "import warnings\n### BEGIN SOLUTION\ndef double(x): return 2 * x\n### END SOLUTION"
TESTS = {
    "written": "### AUTOTEST double(4)",
    "hidden": "assert double(1) == 2\n# VERDECKT\nassert double(987654) == 1975308\n# SICHTBAR",
    "warns": "warnings.warn('old')\nassert double(2) == 4",
    "takes-long": "import time\nfor _ in range(int(double(2) == 4) * 15): time.sleep(0.1)",
}
WRONG = "import warnings\ndef double(x): return 2"


@pytest.fixture(scope="module")
def course(tmp_path_factory, run):
    """The course, with a right, a wrong and an untouched submission, graded."""
    root = tmp_path_factory.mktemp("adopted")
    task = new_markdown_cell(SCHEME)
    task.metadata["nbgrader"] = {
        **cell("task", "locked", "").metadata.nbgrader,
        **{"task": True, "points": 3, "cell_type": "markdown"},
    }
    cells = [cell("solution", "solution", SOLUTION)]
    cells += [cell(name, "test", source, points=2) for name, source in TESTS.items()]
    source = root / "source" / "a"
    source.mkdir(parents=True)
    nbformat.write(notebook([*cells, task]), source / "a.ipynb")
    (source / "autotests.yml").write_text(AUTOTESTS)
    (root / "nbgrader_config.py").write_text(CONFIG)
    done = run(root, "release", "a")
    assert done.returncode == 0, done.stderr
    released = nbformat.read(root / "release" / "a" / "a.ipynb", as_version=4)
    for student, answer in {"right": SOLUTION, "wrong": WRONG, "untouched": None}.items():
        place = root / "submitted" / student / "a"
        shutil.copytree(root / "release" / "a", place)
        if answer is not None:
            released.cells[0].source = answer
            nbformat.write(released, place / "a.ipynb")
    done = run(root, "grade", "a")
    assert done.returncode == 0, done.stderr
    assert run(root, "feedback", "a").returncode == 0
    return root


@pytest.fixture(scope="module")
def found(course):
    return coursework.results(course, "a", ["right", "wrong", "untouched"])


def test_students_see_neither_mark_schemes_nor_hidden_tests(course):
    with zipfile.ZipFile(course / "release" / "a.zip") as kit:
        (name,) = (name for name in kit.namelist() if name.endswith("a.ipynb"))
        handed_out = [kit.read(name).decode(), (course / "release/a/a.ipynb").read_text()]
    for text in handed_out:
        assert "Name three." in text
        assert "MARK SCHEME" not in text
        assert "overfitting" not in text
        assert "987654" not in text
    pages = list(course.glob("feedback/*/a/*.html"))
    assert len(pages) == 3
    assert not any("987654" in page.read_text() for page in pages)


def test_tests_that_nbgrader_writes_are_tests(course, found):
    released = nbformat.read(course / "release" / "a" / "a.ipynb", as_version=4)
    assert "assert str(double(4)) ==" in released.cells[1].source.replace("(str(", "str(")
    assert {student: tests["written"]["score"] for student, tests in found.items()} == {
        "right": 2,
        "wrong": 0,
        "untouched": 0,
    }


def test_hidden_lines_count_and_nobody_has_edited_them(course, found):
    assert found["right"]["hidden"]["score"] == 2
    assert found["wrong"]["hidden"]["score"] == 0
    receipts = list(course.glob("autograded/*/a/a.receipt.json"))
    assert len(receipts) == 3
    assert not any(json.loads(path.read_text())["notes"] for path in receipts)


def test_a_warning_that_the_course_ignores_costs_nothing(found):
    assert found["right"]["warns"]["score"] == 2
    assert found["wrong"]["warns"]["score"] == 0


def test_the_courses_time_limit_holds_and_is_said(found):
    # The solution takes longer, too, so that the test is judged in the kernel.
    late = found["right"]["takes-long"]
    assert (late["score"], late["status"], late["verdict"]) == (0, "timeout", "in-kernel")
