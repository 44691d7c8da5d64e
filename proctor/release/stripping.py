"""Turn a solution into what a student fills in.

Inside a region the left side of every statement stays and the right side becomes ``None``;
comments and layout survive, because the code is edited as a concrete syntax tree.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from proctor.errors import ReleaseError
from proctor.release.regions import START, STUDENT_START, Region, find_regions

KEEP = "# @keep"
DROP = "# @drop"
_COMPLETE = "# complete this line"
_NONE = cst.Name("None")

_Small = cst.BaseSmallStatement


def strip_solution(source: str, *, where: str) -> str:
    """The student's version of a cell with solution regions.

    ``# @keep`` at the end of a line leaves its statement as it is, ``# @drop`` removes the
    statement with the comments directly above it; neither directive reaches the student.

    Args:
        source: The instructor's cell; plain Python.
        where: Notebook and cell, for errors.

    Returns:
        The cell with every region's right sides replaced by ``None``. A cell without regions
        comes back unchanged.

    Raises:
        ReleaseError: A marker is wrong, the cell or its stripped form is not Python, or a
            region strips to nothing.
    """
    regions = find_regions(source, where=where)
    if not regions:
        return source
    stripper = _Stripper(regions)
    try:
        tree = MetadataWrapper(cst.parse_module(source)).visit(stripper)
    except cst.ParserSyntaxError as error:
        raise ReleaseError(
            "A cell with a solution region is plain Python.",
            found=f"a syntax error in column {error.raw_column}",
            where=f"{where}, line {error.raw_line}",
            remedy="correct the cell; magics and shell commands go into a cell of their own",
        ) from error
    for region, count in zip(regions, stripper.replaced, strict=True):
        if count == 0:
            raise ReleaseError(
                "A solution region leaves the student something to write.",
                found="a region that strips to nothing",
                where=f"{where}, line {region.start}",
                remedy="move the markers, or remove a '# @keep' or '# @drop'",
            )
    return _finished(tree.code, where)


def _finished(code: str, where: str) -> str:
    lines = [
        line.replace(START, STUDENT_START) if line.strip() == START else line
        for line in code.split("\n")
    ]
    text = "\n".join(lines)
    try:
        compile(text, where, "exec")
    except SyntaxError as error:
        raise ReleaseError(
            "What students get is valid Python.",
            found=f"{error.msg} after stripping: {(error.text or '').strip()!r}",
            where=f"{where}, line {error.lineno} of the stripped cell",
            remedy="mark the statement with '# @keep', or move the region's markers",
        ) from error
    return text


class _Stripper(cst.CSTTransformer):
    """Replaces right sides in the statements whose first line lies in a region."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, regions: Sequence[Region]) -> None:
        super().__init__()
        self.regions = regions
        self.replaced = [0] * len(regions)

    def leave_SimpleStatementLine(  # noqa: N802
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        place = self._region_of(original_node)
        if place is None:
            return updated_node
        comment = updated_node.trailing_whitespace.comment
        directive = _directive(comment)
        if directive == DROP:
            return cst.RemoveFromParent()
        if directive == KEEP:
            return updated_node.with_changes(
                trailing_whitespace=_without_directive(updated_node.trailing_whitespace)
            )
        body = []
        for statement in updated_node.body:
            stripped = _strip_small(statement)
            self.replaced[place] += stripped is not statement
            body.append(stripped)
        return updated_node.with_changes(body=body)

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.BaseStatement:  # noqa: N802
        return self._header(original_node, updated_node, iter=_NONE)

    def leave_While(self, original_node: cst.While, updated_node: cst.While) -> cst.BaseStatement:  # noqa: N802
        return self._header(original_node, updated_node, test=_NONE)

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.BaseStatement:  # noqa: N802
        return self._header(original_node, updated_node, test=_NONE)

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.BaseStatement:  # noqa: N802
        items = [item.with_changes(item=_NONE) for item in updated_node.items]
        return self._header(original_node, updated_node, items=items)

    def _header(
        self, original: cst.BaseCompoundStatement, updated: cst.BaseCompoundStatement, **blank: object
    ) -> cst.BaseStatement:
        place = self._region_of(original)
        body = updated.body
        if place is None:
            return updated
        if isinstance(body, cst.SimpleStatementSuite):
            # `for x in y: z` on one line: the body is a suite of small statements.
            self.replaced[place] += 1
            inner = [_strip_small(s) for s in body.body]
            return updated.with_changes(body=body.with_changes(body=inner), **blank)
        if not isinstance(body, cst.IndentedBlock):
            return updated
        if _directive(body.header.comment) == KEEP:
            header = _without_directive(body.header)
            return updated.with_changes(body=body.with_changes(header=header))
        self.replaced[place] += 1
        body = body.with_changes(header=_completed(body.header))
        return updated.with_changes(body=body, **blank)

    def _region_of(self, node: cst.CSTNode) -> int | None:
        line = self.get_metadata(PositionProvider, node).start.line
        for place, region in enumerate(self.regions):
            if region.holds(line):
                return place
        return None


def _strip_small(statement: _Small) -> _Small:
    if isinstance(statement, cst.Assign | cst.AugAssign | cst.Return):
        return statement.with_changes(value=_NONE, **_space_before_value(statement))
    if isinstance(statement, cst.AnnAssign):
        return statement if statement.value is None else statement.with_changes(value=_NONE)
    if isinstance(statement, cst.Pass | cst.Break | cst.Continue | cst.Global | cst.Nonlocal):
        return statement
    if isinstance(statement, cst.Expr) and isinstance(statement.value, cst.SimpleString):
        return statement
    # Calls, imports, asserts, raises and deletions are all solution.
    return cst.Expr(value=_NONE)


def _space_before_value(statement: _Small) -> dict[str, object]:
    if isinstance(statement, cst.Return) and statement.value is None:
        return {"whitespace_after_return": cst.SimpleWhitespace(" ")}
    return {}


def _directive(comment: cst.Comment | None) -> str | None:
    if comment is None:
        return None
    for directive in (KEEP, DROP):
        if comment.value.rstrip().endswith(directive):
            return directive
    return None


def _without_directive(space: cst.TrailingWhitespace) -> cst.TrailingWhitespace:
    text = space.comment.value.rstrip() if space.comment else ""
    text = text.removesuffix(KEEP).rstrip()
    if text:
        return space.with_changes(comment=cst.Comment(text))
    return space.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))


def _completed(space: cst.TrailingWhitespace) -> cst.TrailingWhitespace:
    if space.comment is not None:
        return space
    return space.with_changes(
        comment=cst.Comment(_COMPLETE), whitespace=cst.SimpleWhitespace(" ")
    )
