"""Take out what an instructor marked with ``# @drop``, before anything is stripped.

Lines are cut from the text: in the syntax tree the comments above a statement belong to it,
the region's own START marker among them, and would go with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from proctor.release.regions import Region, is_marker

DROP = "# @drop"


def without_dropped(source: str, regions: Sequence[Region]) -> str:
    """The source without the dropped statements and the comments directly above them.

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
        """Note a statement whose first line ends with the directive; go on below all others."""
        comment = header_comment(node)
        if comment is None or not comment.value.rstrip().endswith(DROP):
            return True
        place = self.get_metadata(PositionProvider, node)
        first, last = place.start.line, place.end.line
        # An elif is part of the statement above it, and takes the rest of the chain along.
        is_elif = self.lines[first - 1].lstrip().startswith("elif")
        if is_elif or not any(region.holds(first) for region in self.regions):
            return True
        while _is_comment(self.lines[first - 2]):
            first -= 1
        self.spans.append((first, last))
        return False


def header_comment(node: cst.CSTNode) -> cst.Comment | None:
    """The comment at the end of a statement's line, or of the line that opens its block."""
    if isinstance(node, cst.SimpleStatementLine):
        return node.trailing_whitespace.comment
    # A match statement is compound, too, but has cases in place of a body.
    body = getattr(node, "body", None) if isinstance(node, cst.BaseCompoundStatement) else None
    if isinstance(body, cst.IndentedBlock):
        return body.header.comment
    if isinstance(body, cst.SimpleStatementSuite):
        return body.trailing_whitespace.comment
    return None


def _is_comment(line: str) -> bool:
    text = line.strip()
    return text.startswith("#") and not is_marker(text)
