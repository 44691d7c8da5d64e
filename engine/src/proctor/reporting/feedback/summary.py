"""The summary at the top of a feedback page: exercise, points, status and message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from nbformat import NotebookNode
from nbgrader import utils

from proctor.cells import exercise_marker
from proctor.checks.check import Picture
from proctor.execution.scored_outputs import pictures_in
from proctor.exports.outcome import message, notice, title
from proctor.reporting.feedback.comments import comment_on
from proctor.results import IN_KERNEL, ExerciseResult, ExerciseStatus, Receipt

STATUS: Mapping[ExerciseStatus, str] = {
    "passed": "Passed",
    "partial": "Partly right",
    "failed": "Not right yet",
    "error": "Raised an error",
    "timeout": "Took too long",
    "missing": "Not done",
}
_NOT_HANDED_IN = "This notebook was not handed in."
_NO_NOTEBOOK = (
    "What was handed in could not be run as a notebook, so there is nothing to mark yet. The "
    "course's staff can see why. Open your notebook, run it from top to bottom, save it, and hand "
    "it in again, or ask them."
)
_IN_KERNEL = "This test ran in your notebook's own kernel and is scored by nbgrader's rules."
_WAITING, _MARKED = "Waits for a mark by hand", "Marked by hand"


@dataclass(frozen=True)
class ExerciseRow:
    """One line of the summary.

    Attributes:
        name: Name of the exercise or task.
        points: Points earned; None if it must still be marked manually.
        max_points: Maximum points.
        status: Status as a short text.
        kind: Status as used in the style sheet.
        message: Message for the student.
        comment: Comments of the instructor, as safe HTML.
        anchor: Anchor of the cell in the page; empty if there is none.
        pictures: Pictures of the answer, and others to compare it with.
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
class CellComment:
    """A comment of the instructor on a cell that belongs to no row.

    Attributes:
        about: What it is on.
        comment: The comment, as safe HTML.
        anchor: Anchor of the cell in the page.
    """

    about: str
    comment: str
    anchor: str


@dataclass(frozen=True)
class Summary:
    """The whole summary.

    Attributes:
        rows: Rows in notebook order.
        points: Total with manual marks, minus the penalty.
        max_points: Maximum points.
        penalty: Points deducted for late work.
        remark: Remark on the submission as a whole.
        release: From which release the notebook comes; empty if unknown.
        comments: Comments of the instructor that are in no row.
    """

    rows: Sequence[ExerciseRow]
    points: float
    max_points: float
    penalty: float = 0.0
    remark: str = ""
    release: str = ""
    comments: Sequence[CellComment] = ()

    @property
    def waiting(self) -> float:
        """Maximum points of what waits for a mark by hand."""
        return sum(row.max_points for row in self.rows if row.points is None)


def anchor_of(index: int) -> str:
    """Return the anchor of a cell, which no text in the page can use."""
    return f"cell-{index + 1}"


def summarize(
    nb: NotebookNode,
    receipt: Receipt | None,
    about: Mapping[str, float],
    scrub: Callable[[str], str],
    names: Mapping[str, str] | None = None,
) -> Summary:
    """Summarize a graded notebook, its receipt and its scores in the gradebook.

    Args:
        nb: The graded notebook with the gradebook's scores and comments in its cells.
        receipt: Receipt of the grading; None if another program graded it.
        about: The gradebook's ``score``, ``max_score`` and ``late_penalty``.
        scrub: Removes the grading machine's paths from a text.
        names: Readable names of graded cells and tasks whose ids say nothing.
    """
    results = {one.test: one for one in receipt.exercises} if receipt is not None else {}
    answers = _answers(nb)
    comments = {index: text for index, cell in enumerate(nb.cells) if (text := comment_on(cell))}
    rows, written = list[ExerciseRow](), list[int]()
    for index, cell in enumerate(nb.cells):
        if utils.is_grade(cell) or utils.is_task(cell):
            grade_id = cell.metadata.nbgrader["grade_id"]
            result = results.get(grade_id)
            row = _row(cell, result, scrub)
            answer = answers.get(result.cell if result else "", index)
            # The answers before a test are those that it is about.
            told = [comments.pop(n) for n in sorted({answer, *written, index}) if n in comments]
            name = (names or {}).get(grade_id, row.name)
            row = replace(row, name=name, anchor=anchor_of(answer), comment="".join(told))
            rows.append(row)
            written = []
        elif utils.is_solution(cell):
            written.append(index)
    return Summary(
        rows=rows,
        points=float(about["score"]),
        max_points=float(about["max_score"]),
        penalty=float(about["late_penalty"] or 0.0),
        remark=notice(receipt) if receipt is not None else "",
        release=receipt.release if receipt is not None else "",
        comments=[
            CellComment(f"cell {index + 1}", text, anchor_of(index))
            for index, text in comments.items()
        ],
    )


def without_notebook(receipt: Receipt) -> Summary:
    """Summarize a submission that could not be run."""
    rows = [
        ExerciseRow(title(one), 0.0, one.max_score, STATUS["missing"], "missing", message(one))
        for one in receipt.exercises
    ]
    # Staff have to look at what could not be run, and not at what is not there.
    remark = _NO_NOTEBOOK if receipt.status != "graded" else _NOT_HANDED_IN
    return Summary(rows, 0.0, receipt.max_score, remark=remark)


def _row(
    cell: NotebookNode, result: ExerciseResult | None, scrub: Callable[[str], str]
) -> ExerciseRow:
    about = cell.metadata.nbgrader
    points, max_points = float(about.get("score") or 0.0), float(about.get("points") or 0.0)
    if about.get("by_hand"):
        return _row_by_points(cell, result, points, max_points, _MARKED)
    if about.get("waiting"):
        return ExerciseRow(_name(cell, result), None, max_points, _WAITING, "waiting")
    if result is None and about.get("unanswered") and points <= 0:
        return ExerciseRow(_name(cell, None), points, max_points, STATUS["missing"], "missing")
    if result is None:
        return _row_by_points(cell, result, points, max_points, "")
    return ExerciseRow(
        name=_name(cell, result),
        points=points,
        max_points=max_points,
        status=STATUS[result.status],
        kind=result.status,
        message=_message(result, scrub),
        # Only for checks does the grader write pictures; in other cells the notebook drew them.
        pictures=tuple(pictures_in(cell.outputs)) if result.verdict == "outside" else (),
    )


def _message(result: ExerciseResult, scrub: Callable[[str], str]) -> str:
    said = "" if result.message == IN_KERNEL else scrub(message(result))
    return "\n".join(filter(None, [said, _IN_KERNEL if result.verdict == "in-kernel" else ""]))


def _row_by_points(
    cell: NotebookNode,
    result: ExerciseResult | None,
    points: float,
    max_points: float,
    status: str,
) -> ExerciseRow:
    kind: ExerciseStatus = (
        "passed" if points >= max_points else "failed" if points <= 0 < max_points else "partial"
    )
    said = status or STATUS[kind]
    return ExerciseRow(_name(cell, result), points, max_points, said, kind)


def _name(cell: NotebookNode, result: ExerciseResult | None) -> str:
    return title(result) if result is not None else str(cell.metadata.nbgrader["grade_id"])


def _answers(nb: NotebookNode) -> dict[str, int]:
    """Return the places of the solution cells that have an exercise marker, by marker."""
    found = {}
    for index, cell in enumerate(nb.cells):
        marker = exercise_marker(cell.source)
        if marker and utils.is_solution(cell) and not utils.is_grade(cell):
            found[marker] = index
    return found
