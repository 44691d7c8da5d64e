"""Readable names for exercises whose ids were made up, such as ``cell-862c133b01d66f6e``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from nbformat import NotebookNode
from nbgrader import utils

from proctor.text import one_line

_MADE_UP = re.compile(r"(?:cell|task|ex|q)?[-_]?[0-9a-f]{8}[0-9a-f-]{0,28}", re.IGNORECASE)
"""Ids that say nothing; JupyterLab's extension makes ``cell-`` and sixteen digits."""

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S.*?)[ \t#]*$", flags=re.MULTILINE)
_DEFINED = re.compile(r"^(?:async\s+)?(?:def|class)\s+(\w+)", flags=re.MULTILINE)
_MARKUP = re.compile(r"[*`]|</?\w[^<>]*>|(?<!\w)_|_(?!\w)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_LONGEST = 60


def is_made_up(grade_id: str) -> bool:
    """Whether an id was made by a program, and tells nobody anything."""
    return _MADE_UP.fullmatch(grade_id) is not None


def exercise_names(cells: Sequence[NotebookNode]) -> dict[str, str]:
    """Return names for the graded cells and tasks of a notebook whose ids say nothing.

    A name is the heading above the exercise, with the name of what the answer defines where several
    exercises share a heading; without either it is a number. No two are equal.

    Args:
        cells: The cells of the student version, in order.
    """
    found: list[tuple[str, str, str]] = []
    heading, defined = "", ""
    for cell in cells:
        if cell.cell_type == "markdown" and not utils.is_solution(cell):
            headings = _HEADING.findall(cell.source)
            if headings:
                heading, defined = _text(headings[-1]), ""
        if utils.is_solution(cell) and cell.cell_type == "code":
            names = _DEFINED.findall(cell.source)
            defined = names[-1] if names else defined
        if utils.is_grade(cell) or utils.is_task(cell):
            found.append((cell.metadata.nbgrader["grade_id"], heading, defined))
    return _named(found)


def _text(heading: str) -> str:
    return one_line(_MARKUP.sub("", _LINK.sub(r"\1", heading)), _LONGEST)


def _named(found: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    shared = Counter(heading for _, heading, _ in found)
    names = []
    for number, (grade_id, heading, defined) in enumerate(found, start=1):
        if not is_made_up(grade_id):
            names.append(grade_id)
        elif heading and defined and shared[heading] > 1:
            names.append(f"{heading}: {defined}")
        else:
            names.append(heading or defined or f"Exercise {number}")
    alike, seen = Counter(names), Counter[str]()
    named, taken = {}, set(names)
    for (grade_id, _, _), name in zip(found, names, strict=True):
        if not is_made_up(grade_id):
            continue
        unique = name
        while alike[name] > 1 and (unique == name or unique in taken):
            seen[name] += 1
            unique = f"{name} ({seen[name]})"
        taken.add(unique)
        named[grade_id] = unique
    return named
