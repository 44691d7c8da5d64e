"""Try an assignment's tests with the instructor's solution: which of them can be judged outside?

The solution is run twice, with each test in the student's kernel and with each test outside, and
the untouched student version outside. A test is judged outside if the solution passes it there as
it does in the kernel, and the untouched version does not, or does in the kernel, too. The course's
checks always are; there the trial shows that they work.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from proctor.bundle.load import NotebookPlan, OpenBundle
from proctor.errors import CheckError, CourseError, ProctorError, reason_of
from proctor.execution.outside import RECORD
from proctor.execution.outside_results import NO_SCORE
from proctor.execution.runner import RunResult
from proctor.files.archives import empty_tar
from proctor.grading.absent import FailedCell
from proctor.grading.core import preprocessed, rebuilt, runner_of
from proctor.grading.stable import TrialRun, stable_modes
from proctor.remote.made_code import FILES, USE
from proctor.remote.profile import APART, MISSING, NO_ITEMS
from proctor.submission.reference_cells import checked_tests, ordinary_tests
from proctor.submission.test_plan import GENERATOR, TestMode
from proctor.text import one_line, plain

_NOT_PASSED = "the instructor's solution does not pass it in the kernel"
_RANDOM = re.compile(rf"random|\b{GENERATOR}\b|shuffle|sample|uuid|secrets|faker", re.IGNORECASE)
_NEVER_OUTSIDE = {
    USE: "it runs code that is made while it runs, which may be the student's",
    FILES: "it reads a file that the notebook writes",
    APART: "it uses an object of the notebook's that the student's functions use, too",
}
_MAX_SAID = 4000
_UNTOUCHED = "outside, unlike in the kernel, it passes with the untouched student version"


@dataclass(frozen=True)
class Trial:
    """What a trial of a notebook has found.

    Attributes:
        modes: Where each test is judged, by nbgrader's id.
        failed: Cells of the solution that raise an exception in the kernel, if it does not get all
            points there.
    """

    modes: Mapping[str, TestMode]
    failed: tuple[FailedCell, ...] = ()

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Trial:
        """Read what ``dataclasses.asdict`` and JSON made of it."""
        modes = {name: TestMode.from_json(mode) for name, mode in raw["modes"].items()}
        return cls(modes, tuple(FailedCell(**cell) for cell in raw["failed"]))


def try_out(name: str, bundle: OpenBundle, source: Path, *, ordinary: bool = True) -> Trial:
    """Find out where each test of a notebook is judged, and that its checks work.

    Args:
        name: Name of the notebook, without extension.
        bundle: The assignment's bundle.
        source: The instructor's notebook.
        ordinary: Whether tests without a check are judged outside where that is possible.

    Raises:
        CheckError: A check fails, or it does not give the instructor's solution all points and the
            untouched student version none.
        CourseError: There is no sandbox here, the notebook's kernel does not start, or a test
            returns more points than it has.
    """
    plan = bundle.contents.notebooks[name]
    ids, checked = ordinary_tests(plan.cells) if ordinary else [], checked_tests(plan.cells)
    refused = _refused(plan, ids, source)
    left = [i for i in ids if i not in refused]
    if not source.is_file():
        return Trial(refused)
    solution = nbformat.read(source, as_version=4)
    if not (left or checked):
        inside = _run(name, solution, {}, bundle)
        _insist_on_scores(inside, source)
        return Trial(refused, _failed(inside))
    record = {i: TestMode(outside=True, reason=RECORD) for i in (*left, *checked)}
    outside = _run(name, solution, record, bundle)
    _insist_on_points(outside, checked, source)
    used = {i: TestMode(outside=True, uses=outside.uses.get(i, ())) for i in record}
    untouched = _run(name, _untouched(solution, plan), used, bundle)
    _insist_on_none(untouched, checked, source)
    checks = {i: used[i] for i in checked}
    inside = _run(name, solution, checks, bundle) if left else outside
    _insist_on_scores(inside, source)
    draws = plan.tests.draws if plan.tests is not None else ()
    decided = {i: _decide(i, inside, outside, i in draws) for i in left}
    # A test may pass whatever a student does; then it has to do so in the kernel, too.
    loose = [i for i in left if decided[i].outside and untouched.results[i].status == "passed"]
    if loose:
        natively = _run(name, _untouched(solution, plan), checks, bundle)
        false = [i for i in loose if i in draws or natively.results[i].status != "passed"]
        decided |= {i: TestMode(outside=False, reason=_UNTOUCHED) for i in false}
    decided = stable_modes(
        {i: refused.get(i) or decided[i] for i in ids},
        lambda modes: _run(name, solution, {**modes, **checks}, bundle),
        inside,
        outside,
    )
    _insist_on_outside(decided, draws, source)
    return Trial(decided | checks, _failed(inside))


def _failed(run: TrialRun) -> tuple[FailedCell, ...]:
    """The cells that raised an exception, unless all tests were passed nevertheless."""
    if all(found.score >= found.max_score for found in run.results.values()):
        return ()
    return tuple(run.failed)


def _failed_cells(nb: NotebookNode) -> Iterator[FailedCell]:
    for index, cell in enumerate(nb.cells):
        outputs = cell.get("outputs", ())
        for error in (one for one in outputs if one.output_type == "error"):
            printed = [o.text for o in outputs if o.output_type == "stream" and o.name == "stderr"]
            said = plain("\n".join([*error.get("traceback", ()), *printed]), _MAX_SAID)
            yield FailedCell(
                _name(index, cell), one_line(f"{error.ename}: {error.evalue}", 300), said
            )


def _name(index: int, cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id") or f"{index + 1}"


def _refused(plan: NotebookPlan, ids: Iterable[str], source: Path) -> dict[str, TestMode]:
    """The modes of tests that can't be judged outside whatever they do."""
    if plan.tests is None:
        why = "the instructor's notebook is not there"
        if plan.program is not None:
            why = f"the notebook is in {one_line(plan.program.language, 40)}"
        return {grade_id: TestMode(outside=False, reason=why) for grade_id in ids}
    reasons = plan.tests.refused
    return {i: TestMode(outside=False, reason=reasons[i]) for i in ids if i in reasons}


def _insist_on_points(run: TrialRun, checked: Iterable[str], source: Path) -> None:
    for grade_id in checked:
        found = run.results[grade_id]
        if found.score != found.max_score or found.status != "passed":
            told = "; ".join(run.faults) or found.message
            raise CheckError(
                f"the check {found.id} gives the instructor's solution {found.score:g} of "
                f"{found.max_score:g} points: {told}",
                why="a check that the solution does not pass would be unfair to every student",
                where=f"{source}, test {grade_id}",
                remedy="correct the check or the solution; nothing was released or graded",
            )


def _insist_on_scores(run: TrialRun, source: Path) -> None:
    for found in run.results.values():
        if found.message == NO_SCORE:
            raise CourseError(
                f"the test {found.test} returns no score from 0 to its {found.max_score:g} points",
                why="nbgrader gives a submission no grade then; here every student would wait for "
                "a mark by hand",
                where=f"{source}, test {found.test}",
                remedy="let it return a number from 0 to its points, or give it more points",
            )


def _insist_on_none(run: TrialRun, checked: Iterable[str], source: Path) -> None:
    for grade_id in checked:
        found = run.results[grade_id]
        if found.score or run.faults:
            told = "; ".join(run.faults) or f"it gives {found.score:g} points"
            raise CheckError(
                f"the check {found.id} does not refuse the untouched student version: {told}",
                why="students would get points for nothing, or be set aside for doing nothing",
                where=f"{source}, test {grade_id}",
                remedy="correct the check; nothing was released or graded",
            )


def _insist_on_outside(modes: Mapping[str, TestMode], draws: Iterable[str], source: Path) -> None:
    for grade_id in draws:
        if not modes[grade_id].outside:
            raise CheckError(
                f"the test reads {GENERATOR} and can't be judged outside: {modes[grade_id].reason}",
                why=f"only outside of the student's kernel is there a generator {GENERATOR}",
                where=f"{source}, test {grade_id}",
                remedy=f"change the test, or let the notebook define {GENERATOR} itself",
            )


def _decide(grade_id: str, inside: TrialRun, outside: TrialRun, only_outside: bool) -> TestMode:
    trusted = outside.results[grade_id]
    native = trusted if only_outside else inside.results[grade_id]
    if native.status != "passed":
        return TestMode(outside=False, reason=_NOT_PASSED)
    for use, reason in _NEVER_OUTSIDE.items():
        if use in outside.uses.get(grade_id, ()):
            return TestMode(outside=False, reason=reason)
    if trusted.score != native.score or trusted.status != native.status:
        return TestMode(
            outside=False, reason=f"the solution does not pass outside: {trusted.message}"
        )
    uses = outside.uses.get(grade_id, ())
    if _RANDOM.search(outside.cells[grade_id].source):
        # Other data than those of the trial may bring them, whatever they are tested with.
        uses = (*uses, *{NO_ITEMS, MISSING}.difference(uses))
    return TestMode(
        outside=True,
        uses=uses,
        partial=_returns_score((outside if only_outside else inside).cells[grade_id]),
    )


def _returns_score(cell: NotebookNode) -> bool:
    """Whether a test's last expression is a number, which nbgrader takes for the score."""
    for output in cell.outputs:
        if output.output_type == "execute_result":
            try:
                float(output.data.get("text/plain", ""))
            except ValueError:
                continue
            return True
    return False


def _untouched(solution: NotebookNode, plan: NotebookPlan) -> NotebookNode:
    """The instructor's notebook as students received it."""
    released = {cell.grade_id: cell.released for cell in plan.cells}
    nb = copy.deepcopy(solution)
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = released.get(grade_id, cell.source)
    return nb


def _run(
    name: str, nb: NotebookNode, modes: Mapping[str, TestMode], bundle: OpenBundle
) -> TrialRun:
    plan = bundle.contents.notebooks[name]
    nb = rebuilt(copy.deepcopy(nb), plan, where="the instructor's notebook").nb
    runner = runner_of(bundle, replace(plan, modes=modes))
    try:
        nb = preprocessed(nb, bundle, name, "")
        result: RunResult = runner.run(nb, empty_tar(), dict.fromkeys(bundle.seeded, 0))
    except CourseError:
        raise
    except (ProctorError, OSError) as error:
        raise CourseError(
            f"the instructor's notebook can't be run: {reason_of(error)}",
            why="a trial with it decides which tests are judged outside of the student's kernel",
            where="the instructor's notebook",
            remedy="run it in JupyterLab and correct it",
        ) from error
    cells = {_name(index, cell): cell for index, cell in enumerate(nb.cells)}
    uses = {grade_id: tuple(used) for grade_id, used in result.uses.items()}
    failed = tuple(_failed_cells(nb))
    return TrialRun({r.test: r for r in result.results}, cells, uses, result.faults, failed)
