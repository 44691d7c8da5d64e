"""Parse the markers in an instructor's cells: hidden tests, check ids, exercise markers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import ClearHiddenTests

BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"


def delimiters_of(parent: Any) -> tuple[str, str]:
    """The delimiters of hidden tests that a course has set for nbgrader.

    Args:
        parent: The application, for configuration.
    """
    found = ClearHiddenTests(parent=parent)
    return found.begin_test_delimeter, found.end_test_delimeter


def with_standard_delimiters(source: str, delimiters: tuple[str, str]) -> str:
    """Return a cell with nbgrader's own delimiters of hidden tests in place of a course's."""
    begin, end = delimiters
    if (begin, end) == (BEGIN, END):
        return source
    # nbgrader looks for the first within a line, and then for the other.
    lines = [
        line.replace(begin, BEGIN) if begin in line else line.replace(end, END)
        for line in source.split("\n")
    ]
    return "\n".join(lines)


def hidden_part(source: str) -> str | None:
    """Return the text between the hidden-test markers, or None unless both are present."""
    found: list[str] | None = None
    for line in source.splitlines(keepends=True):
        if found is None:
            found = [] if BEGIN in line else None
        elif END in line:
            return "".join(found)
        else:
            found.append(line)
    return None


def without_hidden(source: str) -> str:
    """Return the source without its hidden parts; an unclosed part extends to the end."""
    kept, hidden = [], False
    for line in source.splitlines(keepends=True):
        if not hidden:
            hidden = BEGIN in line
            if not hidden:
                kept.append(line)
        else:
            hidden = END not in line
    return "".join(kept).rstrip()


def hidden_lines(source: str) -> set[int]:
    """Numbers of the lines, from 1, that lie between hidden-test markers; the markers, too."""
    found, hidden = set(), False
    for number, line in enumerate(source.splitlines(), start=1):
        hidden = hidden or BEGIN in line
        if hidden:
            found.add(number)
        if END in line:
            hidden = False
    return found


_CHECK = re.compile(r"""\b(?:check|examine)\(\s*["'](?P<id>[\w-]+)["']""")


@dataclass(frozen=True)
class CheckCell:
    """A graded test cell.

    Attributes:
        index: Position in the notebook.
        grade_id: nbgrader's id of the cell.
        points: Points to earn.
        check: Id of the check that its hidden line names; None for a stock nbgrader test.
        visible: The cell's code without its hidden part; for a stock nbgrader test, all of it.
    """

    index: int
    grade_id: str
    points: float
    check: str | None
    visible: str


def read_check_cell(index: int, cell: NotebookNode) -> CheckCell | None:
    """Describe a cell; return None unless it is an automatically graded test."""
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


_MARKER = re.compile(r"^# (UNQ_\w+)", flags=re.MULTILINE)


def exercise_marker(source: str) -> str | None:
    """Return the exercise marker in a cell's text, such as ``UNQ_C1``, or None."""
    found = _MARKER.search(source)
    return found[1] if found else None
