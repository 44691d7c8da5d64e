"""A course that has set options of nbgrader's, and then adopts the engine, keeps what they do."""

from __future__ import annotations

import json
import shutil
import stat
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
c.CourseDirectory.groupshared = True
c.NbGrader.logfile = "nbgrader.log"
adopt(c)
c.Execute.timeout = 1
c.Execute.extra_arguments = ["--quick"]
c.Examine.cell_second = 1
c.Autograde.sanitize_preprocessors.append("own_steps.Insert")
c.Autograde.autograde_preprocessors.append("own_steps.note")
c.Insert.number = 7
"""
STEPS = """
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Int

class Insert(NbGraderPreprocessor):
    number = Int().tag(config=True)

    def preprocess(self, nb, resources):
        nb.cells.insert(0, new_code_cell(f"print('inserted', {self.number})"))
        return nb, resources

def note(nb, resources):
    nb.metadata["noted"] = nb.metadata.get("noted", 0) + 1
    return nb, resources
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
    skipped = cell("skipped", "locked", "def double(x): return 2 * x")
    skipped.metadata["tags"] = ["skip-execution"]
    cells = [cell("solution", "solution", SOLUTION), skipped]
    cells += [cell(name, "test", source, points=2) for name, source in TESTS.items()]
    source = root / "source" / "a"
    source.mkdir(parents=True)
    nbformat.write(notebook([*cells, task]), source / "a.ipynb")
    (source / "autotests.yml").write_text(AUTOTESTS)
    (root / "nbgrader_config.py").write_text(CONFIG)
    (root / "own_steps.py").write_text(STEPS)
    done = run(root, "release", "a")
    assert done.returncode == 0, done.stderr
    (root / "release.txt").write_text(done.stderr)
    released = nbformat.read(root / "release" / "a" / "a.ipynb", as_version=4)
    for student, answer in {"right": SOLUTION, "wrong": WRONG, "untouched": None}.items():
        place = root / "submitted" / student / "a"
        shutil.copytree(root / "release" / "a", place)
        if answer is not None:
            released.cells[0].source = answer
            nbformat.write(released, place / "a.ipynb")
    done = run(root, "grade", "a")
    assert done.returncode == 0, done.stderr
    (root / "grade.txt").write_text(done.stderr)
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
    assert "assert str(double(4)) ==" in released.cells[2].source.replace("(str(", "str(")
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


def test_the_courses_own_steps_are_run_once(course):
    for student in ("right", "wrong", "untouched"):
        graded = nbformat.read(course / "autograded" / student / "a" / "a.ipynb", as_version=4)
        shown = [one.outputs[0].text for one in graded.cells if "inserted" in one.source]
        assert shown == ["inserted 7\n"]
        assert graded.metadata["noted"] == 1
    assert "inserted" not in (course / "release" / "a" / "a.ipynb").read_text()


def test_a_cell_that_nbgrader_would_not_run_is_not_run(course):
    for student in ("right", "wrong"):
        path = course / "autograded" / student / "a" / "a.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        (skipped,) = (one for one in cells if one.metadata.get("tags"))
        assert skipped.execution_count is None


@pytest.mark.parametrize("command", ["release", "grade"])
def test_options_without_effect_are_named(course, command):
    told = [x for x in (course / f"{command}.txt").read_text().splitlines() if "warning" in x]
    assert len(told) == 3
    assert told[0].startswith("warning: c.Execute.extra_arguments has no effect on proctor: ")
    assert "own_steps.note changes the autograded notebook" in told[1]
    assert told[2] == "warning: Examine has no option cell_second. Did you mean cell_seconds?"


def test_a_shared_course_stays_shared_and_nbgraders_log_is_kept(course):
    folder = course / "autograded" / "wrong" / "a"
    assert stat.S_IMODE((folder / "a.ipynb").stat().st_mode) == 0o664
    assert folder.stat().st_mode & 0o2070 == 0o2070
    assert "Converting notebook" in (course / "nbgrader.log").read_text()
