"""The instructor's cells, as the gradebook recorded them at release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from proctor.cells import (
    BEGIN,
    END,
    CheckCell,
    read_check_cell,
    with_standard_delimiters,
    without_hidden,
)

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

SCHEMA_VERSION = 3
"""Version of nbgrader's cell metadata that nbgrader 0.9 writes."""


@dataclass(frozen=True)
class ReferenceCell:
    """One cell that nbgrader manages.

    Attributes:
        grade_id: nbgrader's id of the cell.
        cell_type: ``code`` or ``markdown``.
        source: Its source as released, hidden tests included.
        checksum: nbgrader's checksum of the source.
        locked: Whether students may not edit it.
        grade: Whether it is graded.
        solution: Whether students write in it.
        task: Whether it is an nbgrader task.
        points: Points available, for graded cells and tasks.
        tags: Tags in the instructor's notebook.
    """

    grade_id: str
    cell_type: str
    source: str
    checksum: str | None
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float
    tags: tuple[str, ...] = ()

    @property
    def fixed(self) -> bool:
        """Whether the instructor's text replaces the student's."""
        return self.locked or (self.grade and not self.solution)

    @property
    def released(self) -> str:
        """The source that students received, without hidden tests."""
        return without_hidden(self.source)

    def as_notebook_cell(self) -> NotebookNode:
        """The cell as the instructor wrote it, hidden tests included."""
        make = new_code_cell if self.cell_type == "code" else new_markdown_cell
        cell = make(source=self.source)
        cell.metadata["nbgrader"] = NotebookNode(self.metadata)
        cell.metadata["deletable"] = False
        if self.fixed:
            cell.metadata["editable"] = False
        if self.tags:
            cell.metadata["tags"] = list(self.tags)
        return cell

    @property
    def metadata(self) -> dict[str, Any]:
        """The cell's nbgrader metadata, rebuilt."""
        data: dict[str, Any] = {
            "grade_id": self.grade_id,
            "cell_type": self.cell_type,
            "checksum": self.checksum,
            "locked": self.locked,
            "grade": self.grade,
            "solution": self.solution,
            "task": self.task,
            "schema_version": SCHEMA_VERSION,
        }
        if self.grade or self.task:
            data["points"] = self.points
        return data


def ordinary_tests(cells: Iterable[ReferenceCell]) -> list[str]:
    """List the ids of the tests that name no check, in order."""
    return [graded.grade_id for graded in _graded(cells) if graded.check is None]


def checked_tests(cells: Iterable[ReferenceCell]) -> list[str]:
    """List the ids of the tests that name a check, in order."""
    return [graded.grade_id for graded in _graded(cells) if graded.check is not None]


def _graded(cells: Iterable[ReferenceCell]) -> Iterator[CheckCell]:
    for place, cell in enumerate(cells):
        graded = read_check_cell(place, cell.as_notebook_cell())
        if graded is not None:
            yield graded


def read_reference(
    gradebook: Gradebook,
    *,
    assignment: str,
    notebook: str,
    source: Path,
    delimiters: tuple[str, str] = (BEGIN, END),
) -> list[ReferenceCell]:
    """The managed cells of a notebook, in the instructor's order.

    Args:
        gradebook: An open gradebook in which the notebook was released.
        assignment: Name of the assignment.
        notebook: Name of the notebook, without extension.
        source: The instructor's notebook file, which gives the order and the tags; without it, the
            order is the gradebook's and there are no tags.
        delimiters: Those of hidden tests, which become nbgrader's own.
    """
    record = gradebook.find_notebook(notebook, assignment)
    points = {cell.name: float(cell.max_score) for cell in record.grade_cells}
    points |= {cell.name: float(cell.max_score) for cell in record.task_cells}
    solutions = {cell.name for cell in record.solution_cells}
    tasks = {cell.name for cell in record.task_cells}
    grades = {cell.name for cell in record.grade_cells}
    order, tags = _order_and_tags(source)
    cells = [
        ReferenceCell(
            grade_id=cell.name,
            cell_type=cell.cell_type,
            source=with_standard_delimiters(cell.source or "", delimiters),
            checksum=cell.checksum,
            locked=bool(cell.locked),
            grade=cell.name in grades,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            points=points.get(cell.name, 0.0),
            tags=tags.get(cell.name, ()),
        )
        for cell in record.source_cells
    ]
    return sorted(cells, key=lambda cell: order.get(cell.grade_id, len(order)))


def _order_and_tags(source: Path) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    order: dict[str, int] = {}
    tags: dict[str, tuple[str, ...]] = {}
    if source.is_file():
        for index, cell in enumerate(nbformat.read(source, as_version=4).cells):
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id is not None:
                order[grade_id] = index
                tags[grade_id] = tuple(cell.metadata.get("tags", ()))
    return order, tags
