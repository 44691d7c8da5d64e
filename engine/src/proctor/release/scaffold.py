"""The nbgrader preprocessor that makes the student version of solution cells."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import ClearSolutions
from traitlets import Enum

from proctor.cells import BEGIN as BEGIN_HIDDEN
from proctor.cells import END as END_HIDDEN
from proctor.cells import delimiters_of, exercise_marker, with_standard_delimiters
from proctor.errors import ReleaseError
from proctor.release.regions import END, START, find_regions, is_marker
from proctor.release.strip import strip_solution
from proctor.release.unlisted import entry_needed

_SIMILAR = 0.7
_NEARLY = 0.87
_ENDS = ("BEGIN", "START", "END", "STOP")
_MARKERS = (BEGIN_HIDDEN, END_HIDDEN)
_MOST_WORDS = 4


class Scaffold(ClearSolutions):
    """Strips solution regions, and aborts the release if a solution could reach students.

    Cells without our markers are left to nbgrader's own ClearSolutions, so that a course can
    use both styles.
    """

    style = Enum(
        ["auto", "markers"],
        default_value="auto",
        help="Where comments that are nearly the lesson's markers are refused. markers: in every "
        "notebook; auto: in notebooks that have at least one such marker, or an exercise's; all "
        "others are in nbgrader's own style, and comments there are comments.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Check the hidden-test markers of all cells, then strip cell by cell."""
        name = resources.get("unique_key", "notebook")
        delimiters = delimiters_of(self.parent)
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        self._own_style = self.style == "markers" or any(map(_has_marker, code))
        for index, cell in enumerate(nb.cells):
            source = with_standard_delimiters(cell.source, delimiters)
            if cell.cell_type == "code" and (self._own_style or not _is_paired(source)):
                where = place(name, index, cell)
                check_hidden_markers(source, where=where, own_style=self._own_style)
        with _said_by_nbgrader(f"{name}.ipynb"):
            return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        """Strip one cell.

        Raises:
            ReleaseError: See `strip_solution`; or an exercise cell lacks a region, or a region
                is in a cell that nbgrader does not treat as a solution; or nbgrader refuses it.
        """
        where = place(resources.get("unique_key", "notebook"), cell_index, cell)
        looked_for = cell.cell_type == "code" and self._own_style
        regions = find_regions(cell.source, where=where) if looked_for else []
        if cell.cell_type == "code" and exercise_marker(cell.source) and not regions:
            raise ReleaseError(
                "the cell has an exercise's marker but no solution region",
                why="the solution would be released to students",
                where=where,
                remedy=f"put the solution between {START!r} and {END!r}",
            )
        if not regions:
            with _said_by_nbgrader(where):
                return super().preprocess_cell(cell, resources, cell_index)
        if not utils.is_solution(cell):
            raise ReleaseError(
                "a solution region in a cell that nbgrader does not treat as a solution",
                why="nbgrader would lock the cell, so that students could not edit it",
                where=where,
                remedy="choose 'Autograded answer' for the cell in Create Assignment",
            )
        cell.source = strip_solution(cell.source, where=where)
        return cell, resources


@contextmanager
def _said_by_nbgrader(where: str) -> Iterator[None]:
    """Turn what nbgrader refuses to strip into an error with its words."""
    try:
        yield
    # It has no class of its own for these.
    except (RuntimeError, ValueError) as error:
        said = " ".join(str(error).split()).rstrip(".")
        raise ReleaseError(
            said[:1].lower() + said[1:],
            why="nbgrader replaces solutions, and refuses to guess what is one",
            where=where,
            remedy=entry_needed(said)
            or "correct the cell's markers or its type in Create Assignment, or "
            "c.ClearSolutions, and release again; nothing was released",
        ) from error


def place(notebook: str, index: int, cell: NotebookNode) -> str:
    """Describe a cell's position as text: notebook, number from 1, grade id."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    return f"{notebook}.ipynb, cell {index + 1}" + (f" ({grade_id})" if grade_id else "")


def _has_marker(cell: NotebookNode) -> bool:
    """Whether a cell has one of the lesson's markers, exactly as it has to be."""
    marked = any(is_marker(line.strip()) for line in cell.source.split("\n"))
    return marked or exercise_marker(cell.source) is not None


def _is_paired(source: str) -> bool:
    """Whether a cell has hidden tests, each between two markers as they have to be.

    What is nearly a marker is a comment then, unless code comes after it that is not hidden.
    """
    paired = inside = begun = False
    for line in source.split("\n"):
        begins = BEGIN_HIDDEN in line
        if begins or END_HIDDEN in line:
            if begins == inside:
                return False
            paired, inside, begun = True, begins, False
        elif begun and line.strip() and not line.lstrip().startswith("#"):
            return False
        elif not inside and _is_nearly(line):
            begun = "END" not in line.upper().split()
    return paired and not inside


def check_hidden_markers(source: str, *, where: str, own_style: bool = True) -> None:
    """Refuse a hidden test that nbgrader would not remove.

    nbgrader removes everything from a line with BEGIN HIDDEN TESTS to one with END HIDDEN TESTS;
    it ignores an END without a BEGIN, and every misspelling.

    Args:
        source: A code cell, with nbgrader's own delimiters.
        where: Notebook and cell, for errors.
        own_style: Whether its notebook has the lesson's markers; elsewhere, only what is nearly a
            whole marker is taken for one.

    Raises:
        ReleaseError: A marker is misspelt or without its partner.
    """
    inside = False
    heading = BEGIN_HIDDEN not in source
    for number, line in enumerate(source.split("\n"), start=1):
        # Matched exactly as by nbgrader: in capitals, anywhere in the line.
        begins, ends = BEGIN_HIDDEN in line, END_HIDDEN in line
        nearly = _looks_hidden(line, heading=heading) if own_style else _is_nearly(line)
        if not (begins or ends or nearly):
            continue
        if begins in (ends, inside):
            raise ReleaseError(
                f"the marker {line.strip()!r} is misspelt",
                why="hidden tests lie between a line '### BEGIN HIDDEN TESTS' and a line "
                "'### END HIDDEN TESTS'",
                where=f"{where}, line {number}",
                remedy="correct the marker and release again; nothing was released",
            )
        inside = begins
    if inside:
        raise ReleaseError(
            "'### BEGIN HIDDEN TESTS' without '### END HIDDEN TESTS'",
            why="everything up to the END marker is removed from the student version",
            where=where,
            remedy="add the END marker and release again; nothing was released",
        )


def _looks_hidden(line: str, *, heading: bool) -> bool:
    """Whether a comment is meant as a marker of hidden tests: it begins or ends something hidden.

    Comments on hidden tests, and markers of visible tests, are none.

    Args:
        line: The line.
        heading: Whether nothing but ``HIDDEN TESTS`` is one, too.
    """
    if not line.lstrip().startswith("#"):
        return False
    words = re.sub(r"[^A-Z0-9]", " ", line.upper()).split()
    if len(words) == 1:
        return _is_like(words[0], *(marker.replace(" ", "") for marker in _MARKERS))
    if not any(_is_like(word, "HIDDEN") for word in words) or len(words) > _MOST_WORDS:
        return False
    if heading and len(words) == len(("HIDDEN", "TESTS")) and _is_like(words[1], "TESTS"):
        return True
    return any(_is_like(word, *_ENDS) for word in (words[0], words[-1]))


def _is_nearly(line: str) -> bool:
    """Whether a comment is a whole marker of hidden tests but for a letter or two, or its case."""
    if not _looks_hidden(line, heading=False):
        return False
    text = " ".join(re.sub(r"[^A-Z0-9]", " ", line.upper()).split())
    return any(difflib.SequenceMatcher(None, text, m).ratio() >= _NEARLY for m in _MARKERS)


def _is_like(word: str, *others: str) -> bool:
    return any(difflib.SequenceMatcher(None, word, o).ratio() >= _SIMILAR for o in others)
