"""Blanks that a student has not filled in yet: the ``None``s of the released cell.

They are found in the function's source, which is examined only after something has gone wrong,
because a correct solution may use None anywhere.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_START, _END = "### START CODE HERE", "### END CODE HERE"


@dataclass(frozen=True)
class Blank:
    """A blank that still holds None.

    Attributes:
        name: Its name for a student: a variable, a loop, a condition.
        line: Its line in the cell.
        matters: Whether anything else in the function depends on it.
    """

    name: str
    line: int
    matters: bool


def sentence(function: Callable[..., Any], number: int) -> str:
    """Return which blanks of an exercise are not filled in yet, as text; empty if none.

    Args:
        function: The student's function.
        number: Number of the exercise.
    """
    blanks, untouched = read(function)
    if not any(blank.matters for blank in blanks):
        return ""
    first = blanks[0]
    if untouched:
        return (
            f"Exercise {number} is not filled in yet: all {len(blanks)} places between the two "
            f"markers say None. Begin with {first.name}, in line {first.line}."
        )
    others = [blank.name for blank in blanks[1:]]
    rest = f"{len(others)} more" if len(others) > 2 else " and ".join(others)
    return (
        f"Exercise {number} is not filled in yet: {first.name} "
        + (f"and {rest} still say None. Go on with line" if others else "still says None, in line")
        + f" {first.line}."
    )


def read(function: Callable[..., Any]) -> tuple[list[Blank], bool]:
    """Return the blanks in a function's source, in order, and whether the whole region is blank."""
    found = _parsed(function)
    if found is None:
        return [], False
    tree, shift, lines = found
    statements = [node for node in ast.walk(tree) if isinstance(node, _KINDS)]
    statements.sort(key=lambda node: node.lineno)
    loads = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and _is_load(node)}
    given = set(_given(statements))
    blanks: dict[str, Blank] = {}
    for node in statements:
        if _is_blank(node) and (name := _name(node)) not in given:
            matters = not isinstance(node, ast.Assign | ast.AnnAssign) or bool(_uses(node) & loads)
            # Keep the last blank of a name: the lesson also sets cam to None above the region.
            blanks.pop(name, None)
            blanks[name] = Blank(name, node.lineno + shift, matters)
    inside = _region(lines)
    filled = [n for n in statements if n.lineno in inside and not _is_blank(n)]
    return list(blanks.values()), bool(inside and blanks and not filled)


_KINDS = (ast.Assign, ast.AnnAssign, ast.For, ast.If, ast.While)


def _parsed(function: Callable[..., Any]) -> tuple[ast.FunctionDef, int, list[str]] | None:
    """Return the function's tree, the offset of its lines in the cell, and its source lines."""
    try:
        lines, first = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError):
        return None
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef):
        return None
    return tree.body[0], max(first, 1) - 1, lines


def _region(lines: list[str]) -> range:
    """Return the numbers of the lines between the markers, counted from 1."""
    at = {
        marker: number
        for marker in (_START, _END)
        for number, line in enumerate(lines, start=1)
        if line.strip().startswith(marker)
    }
    return range(at[_START] + 1, at[_END]) if len(at) == 2 else range(0)


def _is_blank(node: ast.stmt) -> bool:
    value = node.iter if isinstance(node, ast.For) else getattr(node, "test", None)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        value = node.value
    return isinstance(value, ast.Constant) and value.value is None


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.For):
        return f"the loop 'for {ast.unparse(node.target)} in None'"
    if isinstance(node, ast.If):
        return "the condition 'if None'"
    if isinstance(node, ast.While):
        return "the condition 'while None'"
    return _target(node)


def _target(node: ast.stmt) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
    text = ast.unparse(targets[0])
    return text.strip("()") if isinstance(targets[0], ast.Tuple) else text


def _uses(node: ast.stmt) -> set[str]:
    """Return the variables that a statement sets, including arrays and tables it sets in part."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
    return {
        part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)
    }


def _given(statements: list[Any]) -> Iterator[str]:
    """Yield names that get their own value somewhere, so that a None is only their initial value.

    ``cam = np.maximum(cam, 0)`` does not count: it needs a value that was there before.
    """
    for node in statements:
        if isinstance(node, ast.Assign) and not _is_blank(node):
            read = {part.id for part in ast.walk(node.value) if isinstance(part, ast.Name)}
            if not read & _uses(node):
                yield _target(node)


def _is_load(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
