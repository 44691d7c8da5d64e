"""What stands at the top of a feedback page: exercise, points, status, the sentence that helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from nbformat import NotebookNode
from nbgrader import utils

from proctor.cells import exercise_marker
from proctor.contract import Picture
from proctor.execution.scored_outputs import pictures_in
from proctor.exports.outcome import STOPPED, message, title
from proctor.results import IN_KERNEL, ExerciseResult, ExerciseStatus, Receipt
from proctor.text import plain

STATUS: Mapping[ExerciseStatus, str] = {
    "passed": "Passed",
    "partial": "Partly right",
    "failed": "Not right yet",
    "error": "Raised an error",
    "timeout": "Took too long",
    "missing": "Not done",
}
_NO_NOTEBOOK = (
    "What was handed in could not be run as a notebook, so there is nothing to mark yet. The "
    "course's staff can see why. Open your notebook, run it from top to bottom, save it, and hand "
    "it in again, or ask them."
)
_WAITING, _MARKED = "Waits for a mark by hand", "Marked by hand"


@dataclass(frozen=True)
class Row:
    """One line of the summary.

    Attributes:
        name: What is graded.
        points: Points earned; None where a human has yet to mark it.
        max_points: Points to earn.
        status: In a word or two.
        kind: The status as the style sheet knows it.
        message: What the student is told.
        comment: What a human said about it.
        anchor: Of the cell in the page; empty: there is none.
        pictures: What the answer looks like, and what to compare it with.
    """

    name: str
    points: float | None
    max_points: float
    status: str
    kind: str
    message: str = ""
    comment: str = ""
    anchor: str = ""
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True)
class Summary:
    """All of it.

    Attributes:
        rows: In the order of the notebook.
        points: The whole, with marks by hand, less the penalty.
        max_points: Points to earn.
        penalty: What late work cost.
        remark: What there is to say of the submission as a whole.
    """

    rows: Sequence[Row]
    points: float
    max_points: float
    penalty: float = 0.0
    remark: str = ""


def anchor_of(index: int) -> str:
    """The name under which the page finds a cell, which no text in it can take."""
    return f"cell-{index + 1}"


def summarize(
    nb: NotebookNode,
    receipt: Receipt | None,
    about: Mapping[str, float],
    scrub: Callable[[str], str],
) -> Summary:
    """Put together what a graded notebook, its receipt and the gradebook say.

    Args:
        nb: The graded notebook with the gradebook's scores and comments in its cells.
        receipt: What the grading left; None where something else graded it.
        about: The gradebook's ``score``, ``max_score`` and ``late_penalty``.
        scrub: Takes the grading machine's folders out of a text.
    """
    results = {one.test: one for one in receipt.exercises} if receipt is not None else {}
    answers = _answers(nb)
    rows = []
    for index, cell in enumerate(nb.cells):
        if utils.is_grade(cell) or utils.is_task(cell):
            result = results.get(cell.metadata.nbgrader["grade_id"])
            row = _row(cell, result, scrub)
            answer = answers.get(result.cell if result else "", _Answer(anchor_of(index)))
            comment = row.comment or answer.comment
            rows.append(replace(row, anchor=answer.anchor, comment=comment))
    stopped = receipt is not None and receipt.status != "graded"
    return Summary(
        rows=rows,
        points=float(about["score"]),
        max_points=float(about["max_score"]),
        penalty=float(about["late_penalty"] or 0.0),
        remark=STOPPED if stopped else "",
    )


def without_notebook(receipt: Receipt) -> Summary:
    """The summary of a submission that could not be run."""
    rows = [
        Row(title(one), 0.0, one.max_score, STATUS["missing"], "missing", message(one))
        for one in receipt.exercises
    ]
    return Summary(rows, 0.0, receipt.max_score, remark=_NO_NOTEBOOK)


def _row(cell: NotebookNode, result: ExerciseResult | None, scrub: Callable[[str], str]) -> Row:
    about = cell.metadata.nbgrader
    points, max_points = float(about.get("score") or 0.0), float(about.get("points") or 0.0)
    comment = plain(str(about.get("comment") or ""), 5000)
    if about.get("by_hand"):
        return _judged(cell, result, points, max_points, comment, _MARKED)
    if about.get("waiting"):
        return Row(_name(cell, result), None, max_points, _WAITING, "waiting", "", comment)
    if result is None:
        return _judged(cell, result, points, max_points, comment, "")
    return Row(
        name=_name(cell, result),
        points=points,
        max_points=max_points,
        status=STATUS[result.status],
        kind=result.status,
        message="" if result.message == IN_KERNEL else scrub(message(result)),
        comment=comment,
        # Only a check's cell was settled by us; what else has pictures drew them itself.
        pictures=tuple(pictures_in(cell.outputs)) if result.verdict == "outside" else (),
    )


def _judged(
    cell: NotebookNode,
    result: ExerciseResult | None,
    points: float,
    max_points: float,
    comment: str,
    status: str,
) -> Row:
    kind: ExerciseStatus = (
        "passed" if points >= max_points else "failed" if points <= 0 < max_points else "partial"
    )
    said = status or STATUS[kind]
    return Row(_name(cell, result), points, max_points, said, kind, "", comment)


def _name(cell: NotebookNode, result: ExerciseResult | None) -> str:
    return title(result) if result is not None else str(cell.metadata.nbgrader["grade_id"])


@dataclass(frozen=True)
class _Answer:
    anchor: str
    comment: str = ""


def _answers(nb: NotebookNode) -> dict[str, _Answer]:
    """Where the solution cells are, and what humans said about them, by the exercise's marker."""
    found = {}
    for index, cell in enumerate(nb.cells):
        marker = exercise_marker(cell.source)
        if marker and utils.is_solution(cell) and not utils.is_grade(cell):
            comment = plain(str(cell.metadata.nbgrader.get("comment") or ""), 5000)
            found[marker] = _Answer(anchor_of(index), comment)
    return found
