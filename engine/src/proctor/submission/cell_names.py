"""The global names of a cell: what it defines, reads, imports and changes."""

from __future__ import annotations

import ast
import importlib.util
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

_BODY_MAGICS = ("time", "timeit", "capture", "prun")
"""Cell magics that run the cell's text as code of the notebook."""


@dataclass(frozen=True)
class Names:
    """The global names of a piece of code.

    Attributes:
        stored: Names that it defines, assigns or deletes, other than by an import.
        used: Names that it reads while it runs.
        later: Names that functions in it read or assign when they are called.
        imported: Names that its imports bind.
        imports: Its import statements, as code.
        changed: Names of objects that it changes in place.
    """

    stored: frozenset[str]
    used: frozenset[str]
    later: frozenset[str]
    imported: frozenset[str] = frozenset()
    imports: str = ""
    changed: frozenset[str] = frozenset()

    @property
    def read(self) -> frozenset[str]:
        """All names that it reads."""
        return self.used | self.later


@lru_cache(maxsize=512)
def names_of(source: str) -> Names | None:
    """Find the global names of a cell; None if it is no Python."""
    try:
        code = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return None
    parts = [code, *_magic_bodies(tree)]
    stored: set[str] = set()
    used: set[str] = set()
    later: set[str] = set()
    for part in parts:
        try:
            table = symtable.symtable(part, "cell", "exec")
        except (SyntaxError, ValueError, RecursionError):
            continue
        _collect(table, stored, used, later, deferred=False)
    imported, imports = imported_names(parts)
    return Names(
        frozenset(stored - imported),
        frozenset(used),
        frozenset(later),
        imported,
        imports,
        frozenset(_changed(tree)),
    )


_CHANGING = ("shuffle", "heappush", "heappop", "heapify", "insort")
"""Functions that change their first arguments in place."""


def _changed(tree: ast.Module) -> Iterator[str]:
    """Names of objects that top-level code changes: by item or attribute, or by a method.

    A method whose result is thrown away is called for its effect.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield from _base(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            name = getattr(function, "attr", getattr(function, "id", ""))
            if name in _CHANGING:
                for argument in node.value.args[:1]:
                    yield from _base(argument)
            elif isinstance(function, ast.Attribute):
                yield from _base(function)


def _base(node: ast.AST) -> Iterator[str]:
    """The name at which a chain of attributes, items and calls begins."""
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id


def _of_library(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether all that a statement imports is installed, and not a file of the assignment's."""
    names = (
        [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
    )
    tops = {name.split(".")[0] for name in names}
    return all(top and importlib.util.find_spec(top) is not None for top in tops)


def imported_names(parts: Iterable[str]) -> tuple[frozenset[str], str]:
    """The names that code imports and binds in no other way, and the import statements."""
    names: set[str] = set()
    otherwise: set[str] = set()
    statements: list[str] = []
    for part in parts:
        try:
            body = ast.parse(part).body
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in body:
            if isinstance(node, ast.Import | ast.ImportFrom) and _of_library(node):
                statements.append(ast.unparse(node))
                names |= {(one.asname or one.name).split(".")[0] for one in node.names}
            else:
                otherwise |= {
                    one.id
                    for one in ast.walk(node)
                    if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
                }
                named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
                otherwise |= {node.name} if isinstance(node, named) else set()
    return frozenset(names - otherwise - {"*"}), "\n".join(statements)


def _magic_bodies(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "run_cell_magic"
            and all(isinstance(one, ast.Constant) for one in node.args)
        ):
            name, _, body = (getattr(one, "value", "") for one in node.args)
            if name in _BODY_MAGICS:
                yield str(body)


def _collect(
    table: symtable.SymbolTable,
    stored: set[str],
    used: set[str],
    later: set[str],
    *,
    deferred: bool,
) -> None:
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if not (top or symbol.is_global()):
            continue
        if symbol.is_assigned() or symbol.is_imported():
            stored.add(symbol.get_name())
            if deferred:
                later.add(symbol.get_name())
        if symbol.is_referenced():
            (later if deferred else used).add(symbol.get_name())
    for child in table.get_children():
        # Comprehensions run at once; the bodies of functions when they are called.
        at_once = child.get_type() != "function" or child.get_name() in (
            "listcomp", "setcomp", "dictcomp", "genexpr",
        )  # fmt: skip
        _collect(child, stored, used, later, deferred=deferred or not at_once)
