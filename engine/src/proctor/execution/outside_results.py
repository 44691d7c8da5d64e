"""The result of a test that was run outside, and what the student is told of a failure."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Sequence

from nbformat import NotebookNode
from nbgrader import utils

from proctor.cells import CheckCell, hidden_lines
from proctor.execution.outside import RECORD, STUDENT_LOST, Failure
from proctor.execution.session import CellRun
from proctor.results import ExerciseResult, ExerciseStatus
from proctor.submission.test_plan import TestMode
from proctor.text import one_line

WARNED = "Something was printed to the error stream, such as a warning; that counts as a failure."
_PASSED = "The tests pass."
PASSED_IN_PART = "The tests pass in part."
NOT_PASSED = "The tests do not pass."
NO_SCORE = "The test returned something that is no score: its points have to be given by hand."
_REFUSED = ("ReferenceComparedError", "UnexpectedObjectError")


def judge_outside(
    cell: NotebookNode, graded: CheckCell, mode: TestMode, run: CellRun, failure: Failure | None
) -> ExerciseResult:
    """Score a test by nbgrader's own rules: an error is zero, a number is partial credit.

    Args:
        cell: The test cell with its outputs.
        graded: What it is.
        mode: How it is judged.
        run: How its run ended.
        failure: How it failed, if it did.
    """
    score = _score(cell, mode, graded.points)
    if run.timed_out:
        return _result(graded, 0.0, "timeout", "The test ran too long.")
    if run.error is not None or failure is not None or failed_output(cell.outputs):
        status: ExerciseStatus = "failed"
        if failure is not None and (failure.by_student or failure.kind == STUDENT_LOST):
            status = "error"
        message = failure_message(cell.source, failure)
        if mode.reason == RECORD and failure is not None:
            # The instructor's own solution: nobody else reads it.
            message = f"{failure.kind}: {failure.text}"
        if failure is None and run.error is None:
            message = WARNED
        return _result(graded, 0.0, status, message)
    if score is None and graded.points:
        return _result(graded, 0.0, "error", NO_SCORE)
    if score is None or score >= graded.points:
        return _result(graded, score or 0.0, "passed", _PASSED)
    if score <= 0:
        return _result(graded, 0.0, "failed", NOT_PASSED)
    return _result(graded, score, "partial", PASSED_IN_PART)


def _score(cell: NotebookNode, mode: TestMode, points: float) -> float | None:
    """The points that nbgrader gives for a cell's outputs; None where it would fail."""
    scored = cell
    if not mode.partial:
        # What a test without partial credit returns may be the student's, and is no score.
        scored = NotebookNode(cell)
        scored.outputs = [o for o in cell.outputs if o.output_type != "execute_result"]
    try:
        score = float(utils.determine_grade(scored)[0] or 0.0)
    except (ValueError, KeyError):
        return None
    return score if math.isfinite(score) and score <= points else None


def failure_message(source: str, failure: Failure | None) -> str:
    """Tell the student how a test failed, without values that it expects or its hidden lines.

    Args:
        source: The test cell.
        failure: How it failed; None if that is not known.
    """
    if failure is None:
        return "The test did not run to its end."
    if failure.kind == STUDENT_LOST:
        return f"The test could not be finished: {one_line(failure.text, 200)}."
    if failure.kind in _REFUSED:
        return f"The test expects plain data: {one_line(failure.text, 200)}."
    if failure.by_student:
        return f"Your code raised {failure.kind}: {one_line(failure.text, 300)}"
    # A visible line may speak of values that a hidden one has added.
    hidden = bool(hidden_lines(source))
    asserted = failure.kind == "AssertionError"
    said = _written_text(source, failure.line)
    if not said and not hidden and failure.text:
        stopped = f"The test stopped with {one_line(failure.kind, 80)}: {failure.text}"
        said = failure.text if asserted else stopped
    if said:
        return one_line(said, 500)
    call = f": {failure.call}" if failure.call else ""
    stopped = (
        "" if asserted or not failure.kind.isidentifier() else f" It stopped with {failure.kind}."
    )
    changes = f" Your code changes what it is given: {', '.join(failure.changed)}."
    return f"A test does not pass{call}.{stopped}{changes if failure.changed else ''}"


def _written_text(source: str, line: int) -> str | None:
    """The text of the assertion, or of the exception that is raised, in a line: a literal one."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        written: ast.expr | None = None
        if isinstance(node, ast.Assert):
            written = node.msg
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            written = node.exc.args[0]
        if (
            isinstance(node, ast.stmt)
            and isinstance(written, ast.Constant)
            and isinstance(written.value, str)
            and node.lineno <= line <= (node.end_lineno or node.lineno)
        ):
            return written.value
    return None


def failed_output(outputs: Sequence[NotebookNode]) -> bool:
    """Whether nbgrader would take outputs for those of a failed test."""
    return any(
        output.output_type == "error"
        or (output.output_type == "stream" and output.name == "stderr")
        for output in outputs
    )


def shown_of(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Outputs of a test that its student may see: what was printed, and no traceback."""
    return [output for output in outputs if output.output_type not in ("error", "execute_result")]


def _result(
    graded: CheckCell, score: float, status: ExerciseStatus, message: str
) -> ExerciseResult:
    return ExerciseResult(
        graded.grade_id, "", score, graded.points, status, message, test=graded.grade_id
    )
