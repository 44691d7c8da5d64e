"""Mutants of what students write, and nothing else; a mutant is killed by what it loses."""

from __future__ import annotations

import types

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from proctor.backends.base import Graded
from proctor.bundle.load import NotebookPlan
from proctor.errors import CourseError
from proctor.results import ExerciseResult, Receipt
from proctor.sandbox.shared.kernel_program import KernelProgram
from proctor.strength.trial import Trial, check_solution, outcome_of, trials
from proctor.submission.reference_cells import ReferenceCell

SOLUTION = """def f(n):
    # given
    k = 1
    ### BEGIN SOLUTION
    return n + 2
    ### END SOLUTION"""
RELEASED = (
    "def f(n):\n    # given\n    k = 1\n    # YOUR CODE HERE\n    raise NotImplementedError()"
)


def cell(grade_id, source, *, solution=False, grade=False):
    found = new_code_cell(source)
    found.metadata["nbgrader"] = {"grade_id": grade_id, "solution": solution, "grade": grade}
    return found


def reference(grade_id, source, *, solution=False, grade=False):
    return ReferenceCell(grade_id, "code", source, None, not solution, grade, solution, False, 1.0)


@pytest.fixture
def made(tmp_path):
    nb = new_notebook(
        cells=[
            cell("f", SOLUTION, solution=True),
            cell("magic", "%%time\nx = 1", solution=True),
            cell("f-test", "assert f(1) == 3", grade=True),
            cell("essay", "y = 1 + 1", solution=True, grade=True),
        ]
    )
    nbformat.write(nb, tmp_path / "one.ipynb")
    plan = NotebookPlan(
        cells=(
            reference("f", RELEASED, solution=True),
            reference("magic", "# YOUR CODE HERE", solution=True),
            reference("f-test", "assert f(1) == 3", grade=True),
            reference("essay", "# YOUR CODE HERE", solution=True, grade=True),
        ),
        kernelspec=None,
    )

    contents = types.SimpleNamespace(notebooks={"one": plan})
    return list(trials(contents, tmp_path, {"check": 0}))


def test_another_language_is_refused(tmp_path):
    program = KernelProgram("ir", "R", ("R",))
    contents = types.SimpleNamespace(notebooks={"one": NotebookPlan((), None, program)})
    with pytest.raises(CourseError, match="the notebook is in R"):
        list(trials(contents, tmp_path, {}))


def graded(*points, status="graded"):
    results = tuple(
        ExerciseResult(name, "", score, 1.0, "passed" if score else "failed", "said", test=name)
        for name, score in points
    )
    return Graded("x", (Receipt("a", "one.ipynb", results, status=status),))


def test_only_what_students_write_is_changed(made):
    solution, *mutants = made
    assert solution.mutant is None
    assert {one.mutant.line for one in mutants} == {"return n + 2"}
    assert {one.cell for one in mutants} == {"f"}
    assert len({one.unit.student for one in made}) == len(made)
    assert all(b"k = 1" in one.unit.notebooks["one"] for one in mutants)
    assert all(dict(one.unit.seeds) == {"check": 0} for one in made)


def test_a_mutant_is_killed_by_the_tests_in_which_it_loses_points(made):
    full = {"a": (1.0, True), "b": (1.0, True)}
    assert outcome_of(made[1], graded(("a", 1.0), ("b", 0.5)), full).killed_by == ("b",)
    assert outcome_of(made[1], graded(("a", 1.0), ("b", 1.0)), full).killed_by == ()
    assert outcome_of(made[1], graded(("a", 1.0)), full).killed_by == ("b",)
    assert outcome_of(made[1], None, full).killed_by == ("a", "b")
    # A test may be worth nothing.
    assert outcome_of(made[1], graded(("a", 0.0)), {"a": (0.0, True)}).killed_by == ("a",)


def test_the_solution_must_pass(made):
    assert check_solution(made[0], graded(("a", 1.0))) == {"a": (1.0, True)}
    for result in (graded(("a", 0.0)), graded(("a", 1.0), status="needs_attention"), None):
        with pytest.raises(CourseError, match="does not pass its own tests"):
            check_solution(made[0], result)


def test_a_trial_is_of_one_notebook(made):
    other = Trial("two", "", None, made[0].unit)
    with pytest.raises(CourseError, match="solution of two"):
        check_solution(other, graded(("a", 1.0)))
