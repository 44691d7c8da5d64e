"""Rows of the gradebook's tables for a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Comment, Grade, SubmittedNotebook
from sqlalchemy import select
from sqlalchemy.orm import Session

from proctor.graded_cells import graded_cells
from proctor.results import Receipt


@dataclass(frozen=True)
class Cells:
    """Cells of a released notebook, as recorded in the gradebook.

    Attributes:
        notebook: Id of the notebook.
        grades: Ids of the graded cells, by name.
        comments: Ids of the cells that can have comments, by name.
        by_hand: Maximum points of the cells that are graded by hand, by name.
    """

    notebook: str
    grades: Mapping[str, str]
    comments: Mapping[str, str]
    by_hand: Mapping[str, float]


def cells_of(notebook: Any) -> Cells:
    """Read the cells of a notebook from nbgrader's record of it."""
    graded = [*notebook.grade_cells, *notebook.task_cells]
    commented = [*notebook.solution_cells, *notebook.task_cells]
    return Cells(
        notebook=notebook.id,
        grades={cell.name: cell.id for cell in graded},
        comments={cell.name: cell.id for cell in commented},
        by_hand={
            cell.key.cell: cell.max_score for cell in graded_cells([notebook]) if cell.by_hand
        },
    )


def receipt_scores(receipt: Receipt) -> dict[str, float | None]:
    """The automatic scores that a receipt puts in the gradebook, by nbgrader's cell id."""
    scores: dict[str, float | None] = {one.test: one.score for one in receipt.exercises}
    return scores | dict(receipt.human.scores)


def _auto_scores(cells: Cells, receipt: Receipt) -> dict[str, float | None]:
    """The automatic score of each graded cell; None if it is graded by hand."""
    scores = receipt_scores(receipt)
    return {name: scores.get(name, None if name in cells.by_hand else 0.0) for name in cells.grades}


def new_rows(
    cells: Cells, receipt: Receipt, notebook: str
) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Rows for the grades and comments of a submitted notebook that has none yet.

    Args:
        cells: The notebook's cells.
        receipt: The notebook's receipt.
        notebook: Id of the submitted notebook.

    Returns:
        Pairs of a table and its rows, each a mapping from column to value.
    """
    attention = receipt.status != "graded"
    grades = [
        {
            "cell_id": cells.grades[name],
            "notebook_id": notebook,
            "auto_score": score,
            "needs_manual_grade": attention or score is None,
        }
        for name, score in _auto_scores(cells, receipt).items()
    ]
    comments = [
        {
            "cell_id": id_,
            "notebook_id": notebook,
            "auto_comment": receipt.human.comments.get(name),
        }
        for name, id_ in cells.comments.items()
    ]
    return [(Grade, grades), (Comment, comments)]


def update_rows(
    session: Session, notebook: SubmittedNotebook, cells: Cells, receipt: Receipt
) -> bool:
    """Update the scores and comments of a submitted notebook that may have some already.

    Marks and comments given by hand are kept; if there are any, all of the notebook is flagged for
    manual grading.

    Args:
        session: A session with an open transaction.
        notebook: The submitted notebook.
        cells: The notebook's cells.
        receipt: The notebook's receipt.

    Returns:
        Whether it has marks or comments given by hand.
    """
    attention = receipt.status != "graded"
    old = {g.cell_id: g for g in session.scalars(_rows_of(Grade, notebook))}
    by_hand = False
    for name, score in _auto_scores(cells, receipt).items():
        id_ = cells.grades[name]
        grade = old.get(id_)
        if grade is None:
            grade = Grade(cell_id=id_, notebook_id=notebook.id)
            session.add(grade)
        marked = grade.manual_score is not None or bool(grade.extra_credit)
        by_hand |= marked
        grade.auto_score = score
        grade.needs_manual_grade = marked or attention or score is None
    notes = {c.cell_id: c for c in session.scalars(_rows_of(Comment, notebook))}
    for name, id_ in cells.comments.items():
        comment = notes.get(id_)
        if comment is None:
            comment = Comment(cell_id=id_, notebook_id=notebook.id)
            session.add(comment)
        comment.auto_comment = receipt.human.comments.get(name)
        by_hand |= bool(comment.manual_comment)
    if by_hand:
        for grade in old.values():
            grade.needs_manual_grade = True
    session.flush()
    return by_hand


def _rows_of(table: Any, notebook: SubmittedNotebook) -> Any:
    return select(table).where(table.notebook_id == notebook.id)
