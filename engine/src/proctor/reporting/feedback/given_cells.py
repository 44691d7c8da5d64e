"""Which cells of a submission were handed out, and which are a student's own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from rapidfuzz import fuzz

from proctor.course_layout import released_folder, source_folder

Origin = Literal["given", "edited", "own", "unknown"]

_COMPARED = 2000
"""Characters by which two cells are compared."""

_ALIKE = 70
"""Least likeness, in percent, of a cell and the one that it was made of."""

_SHORTEST = 10
"""Least characters of a text that tells where it is from."""

_MAX_COMPARISONS = 5000


@dataclass(frozen=True)
class GivenCells:
    """The student version of a notebook.

    Attributes:
        cells: Its cells; None if they can't be read any more.
    """

    cells: Sequence[NotebookNode] | None = None

    def origins(self, cells: Sequence[NotebookNode]) -> list[Origin]:
        """Say of each cell of a submission, restored on the instructor's, where it comes from.

        A cell that students were to write in is given as long as it is unchanged.
        """
        if self.cells is None:
            return ["given" if utils.is_locked(cell) else "unknown" for cell in cells]
        known = {_content(cell) for cell in self.cells}
        there = {_content(cell) for cell in cells}
        gone = [cell for cell in self.cells if _content(cell) not in there]
        return [
            "given"
            if utils.is_locked(cell) or _content(cell) in known
            else "edited"
            if _is_made_of(cell, gone[: _MAX_COMPARISONS // max(1, len(cells))])
            else "own"
            for cell in cells
        ]


def read_given_cells(coursedir: CourseDirectory, assignment: str, notebook: str) -> GivenCells:
    """Read the student version of a notebook; if it is gone, the instructor's.

    Args:
        coursedir: The course.
        assignment: Name of the assignment.
        notebook: Name of the notebook, without extension.
    """
    for folder in (released_folder, source_folder):
        path = folder(coursedir, assignment) / f"{notebook}.ipynb"
        # An instructor's file may be half written, or of another format.
        with suppress(Exception):
            return GivenCells(nbformat.read(path, as_version=4).cells)
    return GivenCells()


def _content(cell: NotebookNode) -> tuple[str, str]:
    # Editors change the ends of lines, and tabs.
    return cell.cell_type, " ".join(cell.source.split())


def _is_made_of(cell: NotebookNode, candidates: Sequence[NotebookNode]) -> bool:
    kind, text = _content(cell)
    return any(
        kind == other.cell_type
        and (
            (cell.get("id") is not None and cell.get("id") == other.get("id"))
            or _is_continued(_content(other)[1], text)
            or fuzz.ratio(text[:_COMPARED], _content(other)[1][:_COMPARED], score_cutoff=_ALIKE)
        )
        for other in candidates
    )


def _is_continued(text: str, longer: str) -> bool:
    return len(text) >= _SHORTEST and text in longer
