"""Convert a solution to the version that students fill in.

Inside a region, the left side of every statement is kept and the right side is replaced by
``None``; comments on lines of their own and layout are preserved, because the code is edited as a
concrete syntax tree. A comment behind a solution's code speaks of that code, and goes with it.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Sequence
from typing import TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from proctor.errors import ReleaseError
from proctor.release.regions import (
    DROP,
    START,
    STUDENT_START,
    Region,
    find_regions,
    header_comment,
    without_dropped,
)

KEEP = "# @keep"
_COMPLETE = "# complete this line"
_NONE = cst.Name("None")

_Small = cst.BaseSmallStatement
_Block = TypeVar(
    "_Block", cst.For, cst.While, cst.If, cst.With, cst.ExceptHandler, cst.ExceptStarHandler
)
_Handler = TypeVar("_Handler", cst.ExceptHandler, cst.ExceptStarHandler)


def strip_solution(source: str, *, where: str) -> str:
    """Return the student's version of a cell with solution regions.

    ``# @keep`` at the end of a line leaves its statement as it is, ``# @drop`` removes the
    statement with the comments directly above it; neither directive reaches the student, nor does
    a comment behind the code of a solution's line.

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
    try:
        source = without_dropped(source, regions)
        regions = _check_region_count(regions, source, where)
        stripper = _Stripper(regions, where)
        tree = MetadataWrapper(cst.parse_module(source)).visit(stripper)
    except cst.ParserSyntaxError as error:
        raise ReleaseError(
            f"syntax error in column {error.raw_column} of a cell with a solution region",
            why="such a cell must be plain Python, so that it can be stripped",
            where=f"{where}, line {error.raw_line}",
            remedy="correct the cell; magics and shell commands go into a cell of their own",
        ) from error
    for region, count in zip(regions, stripper.replaced, strict=True):
        if count == 0:
            raise ReleaseError(
                "a solution region is empty after stripping",
                why="students would have nothing to write",
                where=f"{where}, line {region.start}",
                remedy="move the markers, or remove a '# @keep' or '# @drop'",
            )
    text = _finalize(tree.code, where)
    _check_region_count(regions, text, where)
    _check_directives(text, where)
    return text


def _check_region_count(before: Sequence[Region], text: str, where: str) -> list[Region]:
    after = find_regions(text, where=f"{where}, after stripping")
    if len(after) != len(before):
        raise ReleaseError(
            f"{len(after)} solution regions after stripping, {len(before)} before",
            why="a statement that spans a marker was removed together with it",
            where=where,
            remedy="move the markers so that no statement reaches across one",
        )
    return after


def _check_directives(text: str, where: str) -> None:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and token.string.rstrip().endswith((KEEP, DROP)):
            raise ReleaseError(
                f"a {KEEP} or {DROP} comment has no effect: {token.line.strip()!r}",
                why="it must stand at the end of a statement in a solution region",
                where=f"{where}, line {token.start[0]} of the stripped cell",
                remedy="move it to a statement, or to the line of a for, while, if or with",
            )


def _finalize(code: str, where: str) -> str:
    lines = [
        line.replace(START, STUDENT_START) if line.strip() == START else line
        for line in code.split("\n")
    ]
    text = "\n".join(lines)
    try:
        compile(text, where, "exec")
    except SyntaxError as error:
        raise ReleaseError(
            f"the stripped cell is not valid Python: {error.msg}: {(error.text or '').strip()!r}",
            why="students could not run it",
            where=f"{where}, line {error.lineno} of the stripped cell",
            remedy="mark the statement with '# @keep', or move the region's markers",
        ) from error
    return text


class _Stripper(cst.CSTTransformer):
    """Replaces right sides in the statements whose first line is in a region."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, regions: Sequence[Region], where: str) -> None:
        super().__init__()
        self.regions = regions
        self.where = where
        self.replaced = [0] * len(regions)
        self.kept_lines: set[int] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Note the lines that the author keeps, with their comments, before descending."""
        if isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement) and _is_kept(node):
            place = self.get_metadata(PositionProvider, node)
            last = place.end.line
            if isinstance(node.body, cst.IndentedBlock):
                last = self.get_metadata(PositionProvider, node.body.body[0]).start.line - 1
            self.kept_lines.update(range(place.start.line, last + 1))
        return super().on_visit(node)

    def leave_TrailingWhitespace(  # noqa: N802
        self, original_node: cst.TrailingWhitespace, updated_node: cst.TrailingWhitespace
    ) -> cst.TrailingWhitespace:
        comment = original_node.comment
        if comment is None or self._region_of(comment) is None:
            return updated_node
        line = self.get_metadata(PositionProvider, comment).start.line
        # A directive that has no effect here is refused later.
        if line in self.kept_lines or comment.value.rstrip().endswith((KEEP, DROP)):
            return updated_node
        return _without_comment(updated_node)

    def leave_SimpleStatementLine(  # noqa: N802
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        region_index = self._region_of(original_node)
        if region_index is None:
            return updated_node
        if _is_kept(updated_node):
            return updated_node.with_changes(
                trailing_whitespace=_without_directive(updated_node.trailing_whitespace)
            )
        body = []
        for statement in updated_node.body:
            stripped = _strip_small(statement)
            self.replaced[region_index] += stripped is not statement
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

    def leave_ExceptHandler(  # noqa: N802
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        return self._handler(original_node, updated_node)

    def leave_ExceptStarHandler(  # noqa: N802
        self, original_node: cst.ExceptStarHandler, updated_node: cst.ExceptStarHandler
    ) -> cst.ExceptStarHandler:
        return self._handler(original_node, updated_node)

    def _handler(self, original: _Handler, updated: _Handler) -> _Handler:
        if updated.type is None:
            return updated
        return self._header(original, updated, type=_NONE)

    def _header(self, original: _Block, updated: _Block, **blank: object) -> _Block:
        region_index = self._region_of(original)
        body = updated.body
        if region_index is None:
            return updated
        if isinstance(body, cst.SimpleStatementSuite):
            if _is_kept(original):
                space = _without_directive(body.trailing_whitespace)
                return original.with_changes(
                    body=original.body.with_changes(trailing_whitespace=space)
                )
            # `for x in y: z` on one line: the body is a suite of small statements.
            self.replaced[region_index] += 1
            inner = [_strip_small(s) for s in body.body]
            return updated.with_changes(body=body.with_changes(body=inner), **blank)
        if not isinstance(body, cst.IndentedBlock):
            return updated
        if _is_kept(updated):
            header = _without_directive(body.header)
            return updated.with_changes(body=body.with_changes(header=header))
        self.replaced[region_index] += 1
        body = body.with_changes(header=_with_todo_comment(body.header))
        return updated.with_changes(body=body, **blank)

    def visit_Match(self, node: cst.Match) -> None:  # noqa: N802
        self._refuse(node, "a match statement", "write it with if and elif")

    def visit_FunctionDef_params(self, node: cst.FunctionDef) -> None:  # noqa: N802
        """Refuse decorators and defaults: a signature is kept, so they would reach the student."""
        parameters = (*node.params.params, *node.params.kwonly_params, *node.params.posonly_params)
        if node.decorators or any(one.default is not None for one in parameters):
            self._refuse(node, "a function with decorators or defaults", "define it outside")

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802
        self._refuse(node, "a class", "define it outside of the region")

    def _refuse(self, node: cst.CSTNode, construct: str, remedy: str) -> None:
        if self._region_of(node) is not None:
            line = self.get_metadata(PositionProvider, node).start.line
            raise ReleaseError(
                f"{construct} in a solution region",
                why="a solution is stripped statement by statement",
                where=f"{self.where}, line {line}",
                remedy=remedy,
            )

    def _region_of(self, node: cst.CSTNode) -> int | None:
        line = self.get_metadata(PositionProvider, node).start.line
        for region_index, region in enumerate(self.regions):
            if region.holds(line):
                return region_index
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
    # Calls, imports, asserts, raises and deletions are all part of the solution.
    return cst.Expr(value=_NONE)


def _space_before_value(statement: _Small) -> dict[str, object]:
    if isinstance(statement, cst.Return) and statement.value is None:
        return {"whitespace_after_return": cst.SimpleWhitespace(" ")}
    return {}


def _is_kept(node: cst.CSTNode) -> bool:
    comment = header_comment(node)
    return comment is not None and comment.value.rstrip().endswith(KEEP)


def _without_directive(space: cst.TrailingWhitespace) -> cst.TrailingWhitespace:
    text = space.comment.value.rstrip() if space.comment else ""
    text = text.removesuffix(KEEP).rstrip()
    return space.with_changes(comment=cst.Comment(text)) if text else _without_comment(space)


def _without_comment(space: cst.TrailingWhitespace) -> cst.TrailingWhitespace:
    return space.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))


def _with_todo_comment(space: cst.TrailingWhitespace) -> cst.TrailingWhitespace:
    # What is left of the author's is a directive that has no effect here.
    if space.comment is not None:
        return space
    return space.with_changes(comment=cst.Comment(_COMPLETE), whitespace=cst.SimpleWhitespace(" "))
