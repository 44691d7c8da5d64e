"""Read a graded test cell: what students see of it, and which check it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader import utils

from proctor.hidden import hidden_part, without_hidden

_CHECK = re.compile(r"""\bcheck\(\s*["'](?P<id>[\w-]+)["']""")


@dataclass(frozen=True)
class CheckCell:
    """A graded test cell.

    Attributes:
        index: Position in the notebook.
        grade_id: nbgrader's id of the cell.
        points: Points to earn.
        check: Id of the check that its hidden line names; None for a stock nbgrader test.
        visible: The cell's code without its hidden part.
    """

    index: int
    grade_id: str
    points: float
    check: str | None
    visible: str


def read_check_cell(index: int, cell: NotebookNode) -> CheckCell | None:
    """Describe a cell, or None where it is no automatically graded test."""
    if cell.cell_type != "code" or not utils.is_grade(cell) or utils.is_solution(cell):
        return None
    named = _CHECK.search(hidden_part(cell.source) or "")
    return CheckCell(
        index=index,
        grade_id=cell.metadata.nbgrader["grade_id"],
        points=float(cell.metadata.nbgrader["points"]),
        check=named["id"] if named else None,
        visible=without_hidden(cell.source) if named else cell.source,
    )
