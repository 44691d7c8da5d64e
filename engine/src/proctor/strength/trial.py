"""Grade mutants of an instructor's solution with the assignment's own tests."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import libcst
import nbformat
from nbformat import NotebookNode

from proctor.backends.base import Graded, Unit
from proctor.bundle.load import Contents, NotebookPlan
from proctor.errors import CourseError
from proctor.files.archives import empty_tar
from proctor.results import Receipt
from proctor.strength.mutants import Mutant, mutants
from proctor.text import one_line


@dataclass(frozen=True)
class Trial:
    """One version of a notebook, to be graded.

    Attributes:
        notebook: Name of the notebook, without extension.
        cell: nbgrader's id of the changed cell; empty for the solution itself.
        mutant: The change; None for the solution itself.
        unit: The submission.
    """

    notebook: str
    cell: str
    mutant: Mutant | None
    unit: Unit


@dataclass(frozen=True)
class Outcome:
    """What the tests say of a mutant.

    Attributes:
        trial: What was graded.
        killed_by: Ids of the tests that give it fewer points than the solution.
        equivalent: Why it makes no difference, where the instructor has said so; else empty.
    """

    trial: Trial
    killed_by: tuple[str, ...]
    equivalent: str = ""


def trials(contents: Contents, sources: Path, seeds: Mapping[str, int]) -> Iterator[Trial]:
    """Make a submission of each notebook's solution and of each of its mutants.

    Args:
        contents: The assignment.
        sources: Folder with the instructor's notebooks.
        seeds: Seeds of the challenges, by the check's id.

    Raises:
        CourseError: A notebook is in another language than Python.
    """
    number = 0
    for name, plan in contents.notebooks.items():
        if plan.program is not None:
            raise CourseError(
                f"the notebook is in {one_line(plan.program.language, 40)}",
                why="mutants are made from Python's syntax, and from no other language's",
                where=str(sources / f"{name}.ipynb"),
                remedy="try its tests with wrong solutions of your own",
            )
        solution = nbformat.read(sources / f"{name}.ipynb", as_version=4)
        yield Trial(name, "", None, _unit(f"solution {name}", name, solution, seeds))
        for place, grade_id, lines in _changeable(solution, plan):
            for mutant in _mutants(solution.cells[place].source, lines):
                number += 1
                changed = copy.deepcopy(solution)
                changed.cells[place].source = mutant.code
                unit = _unit(f"mutant {number}", name, changed, seeds)
                yield Trial(name, grade_id, mutant, unit)


def _changeable(nb: NotebookNode, plan: NotebookPlan) -> Iterator[tuple[int, str, set[int]]]:
    """Place and id of each cell in which students write, and the lines that are the solution's."""
    cells = {cell.grade_id: cell for cell in plan.cells}
    for place, found in enumerate(nb.cells):
        cell = cells.get(found.metadata.get("nbgrader", {}).get("grade_id"))
        if cell is None or not cell.solution or cell.grade or found.cell_type != "code":
            continue
        lines = _solution_lines(found.source, cell.released)
        if lines:
            yield place, cell.grade_id, lines


def _solution_lines(solution: str, released: str) -> set[int]:
    """Numbers of the lines that students do not receive."""
    matcher = difflib.SequenceMatcher(None, solution.split("\n"), released.split("\n"), False)
    return {
        line + 1
        for tag, start, end, _, _ in matcher.get_opcodes()
        if tag != "equal"
        for line in range(start, end)
    }


def _mutants(source: str, lines: set[int]) -> Iterator[Mutant]:
    try:
        yield from mutants(source, lines)
    except libcst.ParserSyntaxError:
        # A cell with commands of IPython's own.
        return


def _unit(student: str, name: str, nb: NotebookNode, seeds: Mapping[str, int]) -> Unit:
    raw = nbformat.writes(nb).encode()
    return Unit(student, {name: raw}, empty_tar(), seeds=seeds)


def outcome_of(
    trial: Trial, graded: Graded | None, full: Mapping[str, tuple[float, bool]]
) -> Outcome:
    """Compare a mutant's points with the solution's.

    Args:
        trial: What was graded.
        graded: The result; None if every worker that tried it died, which kills the mutant.
        full: What `points_of` says of the solution.
    """
    if graded is None:
        return Outcome(trial, tuple(full))
    points = points_of(graded.receipts, trial.notebook)
    nothing = (0.0, False)
    return Outcome(
        trial, tuple(test for test, most in full.items() if points.get(test, nothing) < most)
    )


def points_of(receipts: Iterable[Receipt], notebook: str) -> dict[str, tuple[float, bool]]:
    """Points by the test's id, and whether it passes: it may be worth nothing."""
    return {
        one.test or one.id: (one.score, one.status == "passed")
        for receipt in receipts
        if receipt.notebook == f"{notebook}.ipynb"
        for one in receipt.exercises
    }


def check_solution(trial: Trial, graded: Graded | None) -> dict[str, tuple[float, bool]]:
    """What `points_of` says of the solution, which must get all points.

    Raises:
        CourseError: They are not.
    """
    receipts = () if graded is None else graded.receipts
    found = [r for r in receipts if r.notebook == f"{trial.notebook}.ipynb"]
    missed = [one for r in found for one in r.exercises if one.score < one.max_score]
    if missed or not found or any(r.status != "graded" for r in found):
        why = f"{missed[0].test or missed[0].id}: {missed[0].message}" if missed else "no result"
        raise CourseError(
            f"the solution of {trial.notebook} does not pass its own tests ({why})",
            why="mutants of a solution tell something only where the solution itself passes",
            where=f"{trial.notebook}.ipynb",
            remedy="correct the solution or the test; a cell may take longer than --seconds",
        )
    return points_of(found, trial.notebook)
