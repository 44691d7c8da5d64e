"""nbgrader's own example course, as ``nbgrader quickstart`` writes it, gets the same grades."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from proctor.sandbox.shared.strength import resolve

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

ADOPT = """
from proctor.nbgrader import adopt

adopt(c)
"""

WRONG = "def squares(n):\n    return [n]"
HALF = "def sum_of_squares(n):\n    return sum(i * i for i in range(1, n + 1))"
NOISY = "import sys\nprint('careful', file=sys.stderr)\ndef squares(n):\n    return [1]"
EXTRA = "import warnings\nwarnings.warn('mine')\nprint('a cell of my own')"


def nbgrader(course: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def solve(nb, **cells):
    nb = copy.deepcopy(nb)
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in cells:
            cell.source = cells[grade_id]
    return nb


def with_extra(nb):
    nb = copy.deepcopy(nb)
    nb.cells.insert(3, nbformat.v4.new_code_cell(EXTRA))
    return nb


def grades(course: Path) -> dict[tuple[str, str, str], tuple]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, notebook.name, grade.name): (
                grade.auto_score,
                grade.manual_score,
                grade.max_score,
                grade.needs_manual_grade,
            )
            for submission in gradebook.assignment_submissions("ps1")
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """The example graded by nbgrader as it comes, and by the engine."""
    root = tmp_path_factory.mktemp("quickstart")
    nbgrader(root, "quickstart", "stock")
    stock, ours = root / "stock", root / "ours"
    nbgrader(stock, "generate_assignment", "ps1")
    source = {
        path.stem: nbformat.read(path, as_version=4)
        for path in (stock / "source/ps1").glob("*.ipynb")
    }
    released = {
        path.stem: nbformat.read(path, as_version=4)
        for path in (stock / "release/ps1").glob("*.ipynb")
    }
    solved = source["problem1"]
    submissions = {
        "solved": solved,
        "untouched": released["problem1"],
        "wrong": solve(solved, squares=WRONG),
        "half": solve(solved, sum_of_squares=HALF),
        "noisy": solve(solved, squares=NOISY),
        "broken": solve(solved, squares="def squares(n:"),
        "extra": with_extra(solved),
    }
    for student, nb in submissions.items():
        folder = stock / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / "problem1.ipynb")
        nbformat.write(released["problem2"], folder / "problem2.ipynb")
    shutil.copytree(stock, ours)
    config = ours / "nbgrader_config.py"
    config.write_text(config.read_text() + ADOPT + "c.Examine.verdict = 'auto'\n")
    for course in (stock, ours):
        nbgrader(course, "autograde", "ps1")
    return stock, ours


def test_the_grades_are_the_same(courses):
    stock, ours = (grades(course) for course in courses)
    assert ours == stock
    assert {student for student, _, _ in stock} == {
        "solved", "untouched", "wrong", "half", "noisy", "broken", "extra"
    }  # fmt: skip
    assert len({value[0] for value in stock.values()}) > 2


def test_receipts_say_where_the_verdict_was_reached_and_where_the_code_ran(courses):
    _, ours = courses
    receipts = [json.loads(path.read_text()) for path in ours.glob("autograded/**/*.receipt.json")]
    assert len(receipts) == 14
    results = [result for receipt in receipts for result in receipt["exercises"]]
    assert results
    inside = [result for result in results if result["verdict"] == "in-kernel"]
    assert all("In-kernel verdict" in result["message"] for result in inside)
    assert {result["test"] for result in results if result not in inside} == {
        "correct_squares", "squares_invalid_input", "correct_sum_of_squares",
        "sum_of_squares_uses_squares",
    }  # fmt: skip
    assert {r["sandbox"].partition(" ")[0] for r in receipts} == {resolve("auto")}


def test_the_release_is_the_same(courses):
    stock, ours = courses
    nbgrader(ours, "generate_assignment", "ps1", "--force")
    for name in ("problem1", "problem2"):
        one, other = (
            nbformat.read(course / "release" / "ps1" / f"{name}.ipynb", as_version=4)
            for course in (stock, ours)
        )
        assert [cell.source for cell in one.cells] == [cell.source for cell in other.cells]


def test_adopting_takes_few_lines():
    assert len([line for line in ADOPT.splitlines() if line.strip()]) <= 5
