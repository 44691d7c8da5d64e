"""Run a notebook cell by cell and judge its exercises from outside."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils

from proctor.cells import CheckCell, exercise_marker, read_check_cell
from proctor.checks.check import Check, Picture, Verdict
from proctor.errors import CourseError
from proctor.execution.check_outcome import CheckOutcome
from proctor.execution.in_kernel_message import failure_sentence
from proctor.execution.lazy_cells import DeferredCells
from proctor.execution.outside import OutsideTests
from proctor.execution.outside_results import NO_SCORE, failed_output, judge_outside, shown_of
from proctor.execution.scored_outputs import (
    picture_output,
    scoring_output,
    without_ignored,
    without_scores,
)
from proctor.execution.session import CellRun, KernelLost, Session
from proctor.results import IN_KERNEL, CellTime, ExerciseResult, ExerciseStatus
from proctor.sandbox.host.forkserver import ServerLostError
from proctor.sandbox.shared.limits import MIB
from proctor.text import one_line

_LOG = logging.getLogger(__name__)
_WORTH_SHOWING = ("partial", "failed", "error")
"""Statuses for which the visible test may help the student; otherwise it is not run."""
_UNFILLED = "The exercise is not filled in yet."
_FAULTY = "This exercise could not be judged; the course's staff has been told."


@dataclass(frozen=True)
class CourseSettings:
    """The settings of a course for running and judging its notebooks.

    Attributes:
        checks: The hidden tests, by id.
        demonstration: Cells with this tag are not run; empty: all cells are.
        when_needed: Locked cells with this tag are run when other code mentions a name that they
            define, and not at all if none does; empty: they are run in their normal order.
        full: Whether everything is run in its normal order regardless of tags, including visible
            tests of exercises that passed.
        ignored_errors: Regular expression for what counts for nothing on the error stream; empty:
            everything counts.
        skipped: Cells with this tag are not run either, even if everything is; empty: all are.
    """

    checks: Mapping[str, Check]
    demonstration: str
    when_needed: str = ""
    full: bool = False
    ignored_errors: str = ""
    skipped: str = ""


class NotebookRun:
    """The run of one notebook in one session."""

    def __init__(
        self,
        course: CourseSettings,
        seeds: Mapping[str, int],
        tests: OutsideTests,
    ) -> None:
        self._course = course
        self._tests = tests
        self._outside: dict[int, ExerciseResult] = {}
        self._seeds = seeds
        self._runs: dict[int, CellRun] = {}
        self._pictures: dict[int, Sequence[Picture]] = {}
        self._deferred = DeferredCells({})
        self._lost: KernelLost | None = None
        self.times: list[CellTime] = []
        self.faults: list[str] = []
        self.notes: list[str] = []

    @property
    def lost(self) -> str | None:
        """Why the kernel was lost during the run; None if it was not."""
        return None if self._lost is None else str(self._lost)

    def run(
        self, nb: NotebookNode, session: Session, *, again: bool = False
    ) -> tuple[ExerciseResult, ...]:
        """Execute the notebook and judge it; outputs are written to its cells.

        Args:
            nb: The restored submission.
            session: The session with its kernel.
            again: Whether this is the second run, after the fork server was lost in the first.

        Returns:
            One result per graded test cell, in order. If the kernel was lost during the run,
            `lost` gives the reason, and exercises judged before keep their marks.

        Raises:
            CourseError: A check is missing.
            ServerLostError: The fork server was lost in the first run.
        """
        results: dict[int, ExerciseResult] = {}
        cells = [read_check_cell(i, cell) for i, cell in enumerate(nb.cells)]
        # A graded cell always runs: if skipped, it would have no error, and so full marks.
        ungraded = {i: cell for i, cell in enumerate(nb.cells) if cells[i] is None}
        self._deferred = DeferredCells(
            {i: c.source for i, c in ungraded.items() if self._is_deferrable(c)}
        )
        try:
            for index, graded in enumerate(cells):
                self._process_cell(nb, index, graded, results, session)
        except KernelLost as lost:
            self._lost = lost
        except Exception as error:
            if _is_infrastructure_error(error, again):
                raise
            _LOG.info("A notebook was ended.", exc_info=True)
            said = one_line(str(error), 200) or type(error).__name__
            self._lost = KernelLost(f"it could not be run to its end: {said}", timed_out=False)
        finished = [self._finish(nb, c, results.get(c.index)) for c in cells if c is not None]
        self.faults += [
            f"the test {one.test} returned no score from 0 to its {one.max_score:g} points: "
            "nbgrader gives no grade then; mark it by hand, or correct the test and grade again"
            for one in finished
            if one.message == NO_SCORE
        ]
        return tuple(finished)

    def _process_cell(
        self,
        nb: NotebookNode,
        index: int,
        graded: CheckCell | None,
        results: dict[int, ExerciseResult],
        session: Session,
    ) -> None:
        """Run a cell, or examine it if it names a check, and store the result."""
        cell = nb.cells[index]
        skipped = graded is None and self._is_demonstration(cell)
        if cell.cell_type != "code" or skipped or index in self._deferred:
            return
        if graded is None or graded.check is None:
            self._run_deferred(nb, cell.source, index, session)
            if graded is not None and self._tests.mode(graded.grade_id) is not None:
                self._run_outside(cell, graded, session)
            else:
                self._execute(cell, index, session)
            return
        session.memory()
        with self._timing(cell, index):
            results[index] = self._examine(nb, graded, session)
        self._record_memory(session)
        if self._course.full or results[index].status in _WORTH_SHOWING:
            self._run_visible_test(nb, graded, session)

    def _is_demonstration(self, cell: NotebookNode) -> bool:
        if self._course.skipped and self._course.skipped in _tags(cell):
            return True
        return self._is_tagged(cell, self._course.demonstration)

    def _is_deferrable(self, cell: NotebookNode) -> bool:
        return cell.cell_type == "code" and self._is_tagged(cell, self._course.when_needed)

    def _is_tagged(self, cell: NotebookNode, tag: str) -> bool:
        return bool(tag) and not self._course.full and tag in _tags(cell)

    def _run_deferred(self, nb: NotebookNode, source: str, index: int, session: Session) -> None:
        """Run the deferred cells that a piece of code needs, before it runs itself."""
        for needed in self._deferred.needed(source, index):
            self._execute(nb.cells[needed], needed, session)

    @contextmanager
    def _timing(self, cell: NotebookNode, index: int) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            name = cell.metadata.get("nbgrader", {}).get("grade_id") or str(index + 1)
            self.times.append(CellTime(name, round(time.monotonic() - started, 3)))

    def _record_memory(self, session: Session) -> None:
        mib = round(session.memory() / MIB, 1)
        self.times[-1] = replace(self.times[-1], mib=mib)

    def _execute(self, cell: NotebookNode, index: int, session: Session) -> None:
        with self._timing(cell, index):
            run = session.run(cell.source)
        cell.outputs = without_ignored(run.outputs, self._course.ignored_errors)
        _add_error(cell, run)
        # Of a test, its result says so.
        if run.timed_out and (utils.is_solution(cell) or not utils.is_grade(cell)):
            name = cell.metadata.get("nbgrader", {}).get("grade_id") or f"number {index + 1}"
            self.notes.append(f"cell {name} was stopped: {run.error}")
        self._runs[index] = run

    def _examine(self, nb: NotebookNode, graded: CheckCell, session: Session) -> ExerciseResult:
        check = self._check(graded)
        nb.cells[graded.index].outputs = []
        outcome = self._tests.check(graded.grade_id, check.id, self._seeds[check.id], session)
        if outcome.lost is not None:
            raise outcome.lost
        self._pictures[graded.index] = outcome.pictures
        result = self._result_of(nb, check, graded, outcome)
        # A student may leave the cell unchanged and define a correct function in another one.
        if result.status != "passed" and self._is_unfilled(nb, check):
            return self._result(check, graded, "missing", _UNFILLED)
        if outcome.fault:
            self.faults.append(f"the check {check.id} failed: {outcome.fault}")
        return result

    def _result_of(
        self, nb: NotebookNode, check: Check, graded: CheckCell, outcome: CheckOutcome
    ) -> ExerciseResult:
        if outcome.verdict is not None:
            return self._verdict(check, graded, outcome.verdict)
        if outcome.timed_out:
            return self._result(check, graded, "timeout", "Your function ran too long.")
        if outcome.undefined:
            return self._undefined(nb, check, graded, outcome.undefined)
        if outcome.raised is not None:
            kind, text = outcome.raised
            said = f"Your function raised {one_line(kind, 80)}: {one_line(text, 300)}"
            return self._result(check, graded, "error", said)
        if outcome.refused:
            said = f"The exercise could not be tested: {one_line(outcome.refused, 300)}."
            return self._result(check, graded, "error", said)
        return self._result(check, graded, "error", _FAULTY)

    def _run_visible_test(self, nb: NotebookNode, graded: CheckCell, session: Session) -> None:
        """Run the visible test for its feedback to the student; only the check counts."""
        self._run_deferred(nb, graded.visible, graded.index, session)
        with self._timing(nb.cells[graded.index], graded.index):
            shown = session.run(graded.visible)
        nb.cells[graded.index].outputs = without_scores(shown.outputs)

    def _run_outside(self, cell: NotebookNode, graded: CheckCell, session: Session) -> None:
        """Run a test on its own side, and store its result."""
        mode = self._tests.mode(graded.grade_id)
        if mode is None:
            return
        with self._timing(cell, graded.index):
            if imports := self._tests.imports_of(graded.grade_id):
                session.run(imports)
            drawing = self._tests.draws(graded.grade_id)
            seed = self._seeds.get(graded.grade_id) if drawing else None
            run, failure, lost = self._tests.run(graded.grade_id, cell.source, session, seed)
        cell.outputs = without_ignored(run.outputs, self._course.ignored_errors)
        _add_error(cell, run)
        result = judge_outside(cell, graded, mode, run, failure)
        drawn = "" if seed is None else f"{seed:x}"
        self._outside[graded.index] = replace(result, seed=drawn)
        self._runs[graded.index] = run
        if lost is not None:
            raise lost

    def _check(self, graded: CheckCell) -> Check:
        try:
            return self._course.checks[graded.check or ""]
        except KeyError:
            raise CourseError(
                f"no hidden test {graded.check!r}; known are {sorted(self._course.checks)}",
                why="the notebook's test cell names it",
                where=f"cell {graded.grade_id}",
                remedy="correct the name in the instructor's notebook and release again",
            ) from None

    def _verdict(self, check: Check, graded: CheckCell, verdict: Verdict) -> ExerciseResult:
        return ExerciseResult(
            id=check.id,
            cell=check.cell,
            score=round(verdict.score * graded.points, 2),
            max_score=graded.points,
            status=_status_of(verdict.score, 1.0),
            message=verdict.message,
            misconception=verdict.misconception,
            test=graded.grade_id,
            seed=f"{self._seeds[check.id]:x}",
        )

    def _undefined(
        self, nb: NotebookNode, check: Check, graded: CheckCell, problem: str
    ) -> ExerciseResult:
        for index, cell in self._exercise_cells(nb, check):
            run = self._runs.get(index)
            if run is not None and run.error is not None:
                message = f"The exercise's cell did not run: {run.error}."
                status: ExerciseStatus = "timeout" if run.timed_out else "error"
                return self._result(check, graded, status, message)
            if not _unfilled(cell):
                return self._result(check, graded, "error", f"It can't be tested: {problem}.")
        return self._result(check, graded, "missing", "The exercise is not there.")

    def _finish(
        self, nb: NotebookNode, graded: CheckCell, result: ExerciseResult | None
    ) -> ExerciseResult:
        """Write the scoring output of a test cell, after all code has run."""
        cell = nb.cells[graded.index]
        if graded.check is None and self._tests.mode(graded.grade_id) is None:
            return self._in_kernel_result(cell, graded)
        if graded.check is None:
            return self._outside_result(cell, graded)
        if result is None:
            result = self._not_reached(nb, graded)
        pictures = map(picture_output, self._pictures.get(graded.index, ()))
        cell.outputs = [*without_scores(cell.outputs), *pictures, *scoring_output(result)]
        return result

    def _not_reached(self, nb: NotebookNode, graded: CheckCell) -> ExerciseResult:
        check = self._check(graded)
        if self._is_unfilled(nb, check):
            return self._result(check, graded, "missing", _UNFILLED)
        return self._result(check, graded, self._lost_status(), f"Not reached: {self.lost}.")

    def _lost_status(self) -> ExerciseStatus:
        return "timeout" if self._lost is not None and self._lost.timed_out else "error"

    def _outside_result(self, cell: NotebookNode, graded: CheckCell) -> ExerciseResult:
        result = self._outside.get(graded.index)
        if result is None:
            result = ExerciseResult(
                graded.grade_id,
                "",
                0.0,
                graded.points,
                self._lost_status(),
                f"Not reached: {self.lost}.",
                test=graded.grade_id,
            )
        cell.outputs = [*without_scores(shown_of(cell.outputs)), *scoring_output(result)]
        return result

    def _in_kernel_result(self, cell: NotebookNode, graded: CheckCell) -> ExerciseResult:
        if graded.index not in self._runs:
            result = self._in_kernel(graded, 0.0, self._lost_status(), f"Not reached: {self.lost}.")
            cell.outputs = scoring_output(result)
            return result
        if self._runs[graded.index].timed_out:
            result = self._in_kernel(graded, 0.0, "timeout", "The test ran too long.")
            cell.outputs = [*without_scores(cell.outputs), *scoring_output(result)]
            return result
        try:
            score = float(utils.determine_grade(cell)[0] or 0.0)
            if not math.isfinite(score):
                raise ValueError(score)
        except (ValueError, KeyError):
            # Too many points, or no text: nbgrader would give the submission no grade at all.
            result = self._in_kernel(graded, 0.0, "error", NO_SCORE)
            if not graded.points:
                result = self._in_kernel(graded, 0.0, "passed", IN_KERNEL)
            cell.outputs = [*without_scores(cell.outputs), *scoring_output(result)]
            return result
        status = _status_of(score, graded.points)
        if not graded.points:
            # Tests without points inform the student alone.
            status = "failed" if failed_output(cell.outputs) else "passed"
        message = IN_KERNEL
        if status != "passed":
            message = failure_sentence(cell.source, cell.outputs, scored=score > 0)
        return self._in_kernel(graded, score, status, message)

    def _in_kernel(
        self, graded: CheckCell, score: float, status: ExerciseStatus, message: str
    ) -> ExerciseResult:
        """Return the result of a test cell that is judged in the kernel."""
        return ExerciseResult(
            graded.grade_id,
            "",
            score,
            graded.points,
            status,
            message,
            verdict="in-kernel",
            test=graded.grade_id,
            reason=one_line(self._tests.in_kernel_reason(graded.grade_id), 300),
        )

    def _exercise_cells(self, nb: NotebookNode, check: Check) -> list[tuple[int, NotebookNode]]:
        return [
            (index, cell)
            for index, cell in enumerate(nb.cells)
            if cell.cell_type == "code" and exercise_marker(cell.source) == check.cell
        ]

    def _is_unfilled(self, nb: NotebookNode, check: Check) -> bool:
        cells = [cell for _, cell in self._exercise_cells(nb, check)]
        return bool(cells) and all(_unfilled(cell) for cell in cells)

    def _result(
        self, check: Check, graded: CheckCell, status: ExerciseStatus, message: str
    ) -> ExerciseResult:
        return ExerciseResult(
            check.id,
            check.cell,
            0.0,
            graded.points,
            status,
            message,
            test=graded.grade_id,
            seed=f"{self._seeds[check.id]:x}",
        )


def _tags(cell: NotebookNode) -> Collection[str]:
    return cell.metadata.get("tags") or []


def _add_error(cell: NotebookNode, run: CellRun) -> None:
    """Add an error to the outputs of a cell that did not end, if there is none.

    What was interrupted says so in its own words, as if somebody had pressed a key.
    """
    if run.timed_out and run.error is not None:
        said = f"Stopped: {run.error}."
        cell.outputs = [output for output in run.outputs if output.output_type != "error"]
        cell.outputs.append(
            new_output(
                "error", ename="TimeLimit", evalue=said, traceback=[f"\x1b[31m{said}\x1b[0m"]
            )
        )
        return
    if run.error is not None and not any(o.output_type == "error" for o in run.outputs):
        # Without an error output, nbgrader would score an interrupted test as passed.
        cell.outputs.append(new_output("error", ename="NotFinished", evalue=run.error))


def _is_infrastructure_error(error: Exception, again: bool) -> bool:
    """Whether the notebook is not the cause of an error: another run or machine may succeed."""
    if isinstance(error, ServerLostError):
        return not again
    # System errors have an errno; errors that the fork server reports have none.
    return isinstance(error, CourseError) or getattr(error, "errno", None) is not None


def _status_of(score: float, max_score: float) -> ExerciseStatus:
    if score in (0.0, max_score):
        return "passed" if score else "failed"
    return "partial"


def _unfilled(cell: NotebookNode) -> bool:
    """Whether a solution cell is unchanged since the release."""
    checksum = cell.metadata.get("nbgrader", {}).get("checksum")
    return checksum is not None and checksum == utils.compute_checksum(cell)
