"""The instructor's cells, as the gradebook recorded them at release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
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
from proctor.submission.exercise_names import exercise_names

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
        handed_out: The text that students received, if it is more than the source without its
            hidden tests that differs.
        cell_id: Jupyter's id of the cell in the version that students received.
        about: What nbgrader's metadata say in the version that students received, where that
            differs from `metadata`.
        title: A readable name of a graded cell or task whose id says nothing.
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
    handed_out: str | None = None
    cell_id: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""

    @property
    def fixed(self) -> bool:
        """Whether the instructor's text replaces the student's."""
        return self.locked or (self.grade and not self.solution)

    @property
    def released(self) -> str:
        """The source that students received, without hidden tests."""
        return without_hidden(self.source) if self.handed_out is None else self.handed_out

    def is_released_as(self, text: str) -> bool:
        """Whether a text is word for word what students received.

        Editors change the ends of lines, and tabs.
        """
        return text.split() == self.released.split()

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
    released: Path | None = None,
    delimiters: tuple[str, str] = (BEGIN, END),
) -> list[ReferenceCell]:
    """The managed cells of a notebook, in the instructor's order.

    Args:
        gradebook: An open gradebook in which the notebook was released.
        assignment: Name of the assignment.
        notebook: Name of the notebook, without extension.
        source: The instructor's notebook file, which gives the order and the tags; without it, the
            order is the gradebook's and there are no tags.
        released: The student version of it, if there is one: what nbgrader has added or taken out
            there nobody has edited.
        delimiters: Those of hidden tests, which become nbgrader's own.
    """
    record = gradebook.find_notebook(notebook, assignment)
    points = {cell.name: float(cell.max_score) for cell in record.grade_cells}
    points |= {cell.name: float(cell.max_score) for cell in record.task_cells}
    solutions = {cell.name for cell in record.solution_cells}
    tasks = {cell.name for cell in record.task_cells}
    grades = {cell.name for cell in record.grade_cells}
    tags = {name: tuple(cell.metadata.get("tags", ())) for name, cell in _managed(source).items()}
    handed_out = _managed(released)
    order = {name: place for place, name in enumerate(handed_out or tags)}
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
    cells = [_as_handed_out(cell, handed_out.get(cell.grade_id)) for cell in cells]
    names = exercise_names(_cells(released) or _cells(source))
    cells = [replace(cell, title=names.get(cell.grade_id, "")) for cell in cells]
    return sorted(cells, key=lambda cell: order.get(cell.grade_id, len(order)))


COMPARED = ("grade", "solution", "locked", "points", "grade_id")
"""What nbgrader's metadata say of a cell that a student has no reason to change."""


def _as_handed_out(cell: ReferenceCell, released: NotebookNode | None) -> ReferenceCell:
    """Add in what the student version differs from the recorded cell."""
    if released is None:
        return cell
    text = released.source.rstrip()
    data = released.metadata.nbgrader
    about = {key: data.get(key) for key in COMPARED if data.get(key) != cell.metadata.get(key)}
    return replace(
        cell,
        handed_out=None if text == cell.released else text,
        cell_id=str(released.get("id", "")),
        about=about,
    )


def _managed(path: Path | None) -> dict[str, NotebookNode]:
    """The cells of an instructor's notebook that nbgrader manages, by its id, in order."""
    cells = _cells(path)
    found = ((cell.metadata.get("nbgrader", {}).get("grade_id"), cell) for cell in cells)
    return {grade_id: cell for grade_id, cell in found if grade_id is not None}


def _cells(path: Path | None) -> list[NotebookNode]:
    if path is None or not path.is_file():
        return []
    return list(nbformat.read(path, as_version=4).cells)
