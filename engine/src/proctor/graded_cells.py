"""The cells of an assignment that have points, from nbgrader's record of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from proctor.cell_labels import CellKey


@dataclass(frozen=True)
class GradedCell:
    """A grade cell or a task.

    Attributes:
        key: Its notebook, and nbgrader's id.
        max_score: Maximum points.
        by_hand: Whether a human marks it: a task, or an answer, be it text or code.
    """

    key: CellKey
    max_score: float
    by_hand: bool = False


def graded_cells(notebooks: Iterable[Any]) -> list[GradedCell]:
    """Return the cells of nbgrader's records of notebooks, in notebook order."""
    return [cell for notebook in notebooks for cell in _cells_of(notebook)]


def _cells_of(notebook: Any) -> list[GradedCell]:
    tasks = {cell.name for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    places = {cell.name: place for place, cell in enumerate(notebook.source_cells)}
    found = [
        GradedCell(
            key=CellKey(notebook.name, cell.name),
            max_score=float(cell.max_score),
            by_hand=cell.name in tasks | solutions or cell.cell_type != "code",
        )
        for cell in [*notebook.grade_cells, *notebook.task_cells]
    ]
    return sorted(found, key=lambda cell: places.get(cell.key.cell, len(places)))
