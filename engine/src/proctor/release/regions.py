"""Find the solution regions of a cell, and refuse markers that are only nearly right.

A region that is not found is a solution that is not stripped, so a marker is either exactly
right or an error; nothing is silently skipped.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from proctor.errors import ReleaseError

START = "### START CODE HERE ###"
END = "### END CODE HERE ###"
STUDENT_START = "### START CODE HERE (REPLACE INSTANCES OF 'None' with your code) ###"

_STARTS = frozenset({START, STUDENT_START})
_ENDS = frozenset({END})
# 0.78 catches three wrong letters in a marker; prose such as "starts from here" stays below.
_SIMILAR = 0.78


@dataclass(frozen=True)
class Region:
    """A solution region: the 1-based line numbers of its two markers."""

    start: int
    end: int

    def holds(self, line: int) -> bool:
        """Return whether a line is between the markers."""
        return self.start < line < self.end


def is_marker(text: str) -> bool:
    """Return whether a stripped line is exactly one of the markers."""
    return text in _STARTS or text in _ENDS


def find_regions(source: str, *, where: str) -> list[Region]:
    """Return the solution regions of a cell, in order.

    Args:
        source: The cell's text.
        where: Notebook and cell, for the error.

    Raises:
        ReleaseError: A marker is misspelt, nested, or without its partner.
    """
    regions: list[Region] = []
    opened: int | None = None
    for number, line in enumerate(source.split("\n"), start=1):
        text = line.strip()
        if text in _STARTS:
            if opened is not None:
                raise _refused(
                    f"a second START marker (the first is in line {opened})", where, number
                )
            opened = number
        elif text in _ENDS:
            if opened is None:
                raise _refused("an END marker without a START marker before it", where, number)
            regions.append(Region(opened, number))
            opened = None
        elif _looks_like_marker(text):
            raise _refused(f"the marker {text!r} is misspelt", where, number)
    if opened is not None:
        raise _refused("a START marker without an END marker after it", where, opened)
    return regions


def _looks_like_marker(text: str) -> bool:
    if "#" not in text:
        return False
    words = re.sub(r"[^A-Z ]", " ", text[text.index("#") :].upper())
    words = re.sub(r"\(?REPLACE INSTANCES.*", "", " ".join(words.split()))
    return any(
        difflib.SequenceMatcher(None, words, marker).ratio() >= _SIMILAR
        for marker in ("START CODE HERE", "END CODE HERE")
    )


def _refused(problem: str, where: str, line: int) -> ReleaseError:
    return ReleaseError(
        problem,
        why=f"a solution lies between a line {START!r} and a line {END!r}, each on its own line",
        where=f"{where}, line {line}",
        remedy="correct the marker and release again; nothing was released",
    )


DROP = "# @drop"


def without_dropped(source: str, regions: Sequence[Region]) -> str:
    """Return the source without the dropped statements and the comments directly above them.

    Args:
        source: A cell; plain Python.
        regions: Its solution regions; a directive elsewhere is left for the caller to refuse.

    Raises:
        libcst.ParserSyntaxError: The cell is not Python.
    """
    finder = _Finder(regions, source.split("\n"))
    MetadataWrapper(cst.parse_module(source)).visit(finder)
    return "\n".join(
        line
        for number, line in enumerate(finder.lines, start=1)
        if not any(first <= number <= last for first, last in finder.spans)
    )


class _Finder(cst.CSTVisitor):
    """Collects the line numbers, first and last, of the statements to drop."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, regions: Sequence[Region], lines: Sequence[str]) -> None:
        super().__init__()
        self.regions = regions
        self.lines = lines
        self.spans: list[tuple[int, int]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Record a statement whose first line ends with the directive; descend into all others."""
        comment = header_comment(node)
        if comment is None or not comment.value.rstrip().endswith(DROP):
            return True
        place = self.get_metadata(PositionProvider, node)
        first, last = place.start.line, place.end.line
        # An elif is part of the statement above it; the rest of the chain would go with it.
        is_elif = self.lines[first - 1].lstrip().startswith("elif")
        if is_elif or not any(region.holds(first) for region in self.regions):
            return True
        while _is_comment(self.lines[first - 2]):
            first -= 1
        self.spans.append((first, last))
        return False


def header_comment(node: cst.CSTNode) -> cst.Comment | None:
    """Return the comment at the end of a statement's line, or of the line that opens its block."""
    if isinstance(node, cst.SimpleStatementLine):
        return node.trailing_whitespace.comment
    # A match statement is compound, too, but has cases instead of a body.
    body = getattr(node, "body", None) if isinstance(node, cst.BaseCompoundStatement) else None
    if isinstance(body, cst.IndentedBlock):
        return body.header.comment
    if isinstance(body, cst.SimpleStatementSuite):
        return body.trailing_whitespace.comment
    return None


def _is_comment(line: str) -> bool:
    text = line.strip()
    return text.startswith("#") and not is_marker(text)
