"""Outside of the student's kernel, tests give the grades that they give in it."""

from __future__ import annotations

import random

import nbformat
import pytest

from engine.tests import coursework
from engine.tests.grading.random_notebooks import notebook_of, random_cells

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]


@pytest.mark.parametrize("seed", range(3))
def test_honest_submissions_get_the_grades_of_the_kernel(tmp_path, run, seed):
    cells = random_cells(seed)
    source = tmp_path / "source" / "random"
    source.mkdir(parents=True)
    nbformat.write(notebook_of(cells, marked=True), source / "random.ipynb")
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    assert run(tmp_path, "release", "random").returncode == 0

    rng = random.Random(seed)
    answers = [place for place, (kind, _) in enumerate(cells) if kind == "solution"]
    some = {f"lazy{n}": {"without": rng.sample(answers, len(answers) // 3)} for n in range(3)}
    some |= {f"wrong{n}": {"wrong": rng.sample(answers, len(answers) // 3)} for n in range(3)}
    students = {"right": {}, **some}
    for student, about in students.items():
        place = tmp_path / "submitted" / student / "random"
        place.mkdir(parents=True)
        nbformat.write(notebook_of(cells, **about), place / "random.ipynb")

    found = {}
    for verdict in ("auto", "in-kernel"):
        done = run(tmp_path, "grade", "random", "--force", f"--Examine.verdict={verdict}")
        assert done.returncode in (0, 3), done.stderr
        graded = coursework.results(tmp_path, "random", students)
        found[verdict] = {
            student: {test: one["score"] for test, one in tests.items()}
            for student, tests in graded.items()
        }
        if verdict == "auto":
            outside = {one["verdict"] for one in graded["right"].values()}
            assert "outside" in outside
    assert set(found["auto"]["right"].values()) == {1}
    assert found["auto"] == found["in-kernel"]
