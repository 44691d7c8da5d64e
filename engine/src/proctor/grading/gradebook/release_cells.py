"""The cells of a release as the gradebook has them, to compare one release with another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nbgrader.api import Assignment, GradeCell, Notebook, SolutionCell, TaskCell
from sqlalchemy import select
from sqlalchemy.orm import Session

Part = str
"""What nbgrader keeps of a cell in one table: ``grade``, ``solution`` or ``task``."""

PARTS: Mapping[Part, Any] = {"grade": GradeCell, "solution": SolutionCell, "task": TaskCell}
"""nbgrader's tables by part; a cell that is only locked has none."""

MARKED, COMMENTED = ("grade", "task"), ("solution", "task")
"""The parts that have grades, and those that have comments."""

_WORDS = {
    (): "given cell",
    ("grade",): "test",
    ("solution",): "answer",
    ("grade", "solution"): "answer marked by hand",
    ("task",): "task",
}


@dataclass(frozen=True)
class ReleasedCell:
    """One cell that nbgrader manages.

    Attributes:
        parts: What nbgrader keeps of it, in alphabetical order.
        points: Points to earn; None if it has none.
        cell_type: ``code`` or ``markdown``.
        locked: Whether students may not edit it.
        source: Its text, hidden tests included.
        checksum: nbgrader's checksum of the text.
    """

    parts: tuple[Part, ...]
    points: float | None
    cell_type: str
    locked: bool
    source: str
    checksum: str | None

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return _WORDS.get(self.parts, " and ".join(self.parts))

    def part_of(self, wanted: tuple[Part, ...]) -> Part | None:
        """Its part that has marks (`MARKED`) or comments (`COMMENTED`), if it has one."""
        return next((part for part in self.parts if part in wanted), None)


@dataclass(frozen=True)
class ReleasedNotebook:
    """One notebook.

    Attributes:
        kernelspec: Its kernel, as JSON; None if unknown.
        cells: Its cells by nbgrader's id, in no certain order.
    """

    kernelspec: str | None
    cells: Mapping[str, ReleasedCell]


Release = Mapping[str, ReleasedNotebook]
"""A release's notebooks by name."""


def cells_of_release(session: Session, assignment: str) -> Release:
    """An assignment's cells in a gradebook; none if it has no such assignment.

    Args:
        session: A session of the gradebook's.
        assignment: Name of the assignment.
    """
    found = session.scalars(
        select(Notebook)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .where(Assignment.name == assignment)
        .order_by(Notebook.name)
    )
    return {notebook.name: _notebook(notebook) for notebook in found}


def digest(release: Release) -> str:
    """SHA-256 of a release's cells, in hexadecimal."""
    said = {name: asdict(notebook) for name, notebook in release.items()}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _notebook(notebook: Any) -> ReleasedNotebook:
    parts: dict[str, list[Part]] = {cell.name: [] for cell in notebook.source_cells}
    points: dict[str, float] = {}
    for part, cells in (
        ("grade", notebook.grade_cells),
        ("solution", notebook.solution_cells),
        ("task", notebook.task_cells),
    ):
        for cell in cells:
            parts.setdefault(cell.name, []).append(part)
            if part in MARKED:
                points[cell.name] = float(cell.max_score)
    sources = {cell.name: cell for cell in notebook.source_cells}
    cells = {}
    for name, kinds in parts.items():
        source = sources.get(name)
        cells[name] = ReleasedCell(
            parts=tuple(sorted(kinds)),
            points=points.get(name),
            cell_type=source.cell_type if source is not None else "code",
            locked=bool(source is not None and source.locked),
            source=(source.source or "") if source is not None else "",
            checksum=source.checksum if source is not None else None,
        )
    return ReleasedNotebook(notebook.kernelspec, cells)
