"""Find the instructor's cells that a piece of code needs, so that the others need not be run.

Loading a network or a table takes seconds in every notebook, and most graded code never uses it. A
locked cell that only defines names can therefore be deferred until code that is about to run
mentions one of them.
"""

from __future__ import annotations

import symtable
import warnings
from collections.abc import Iterable, Mapping

_DYNAMIC_NAMES = frozenset(
    {"eval", "exec", "globals", "locals", "vars", "dir", "get_ipython", "__builtins__"}
)
"""Names through which code can access every other name."""

_NOTEBOOK = "__main__"
"""The module that holds a notebook's names; code that imports it may use any of them."""

_MAX_CHARS = 64 * 1024
"""Limit in characters; longer code is not analysed and is assumed to need everything."""


class DeferredCells:
    """Cells that are deferred until they are needed, by index in the notebook."""

    def __init__(self, sources: Mapping[int, str]) -> None:
        """Determine which names each cell defines and mentions.

        Args:
            sources: The cells' code by index; it is the instructor's.
        """
        self._names = {index: global_names(source) for index, source in sources.items()}
        self._defined = {index: defined_names(source) for index, source in sources.items()}

    def __contains__(self, index: object) -> bool:
        return index in self._names

    def needed(self, source: str, before: int) -> list[int]:
        """Remove the cells that must run before a piece of code does.

        Args:
            source: The code that is about to run; it is untrusted.
            before: Its index; cells that come later in the notebook stay deferred.

        Returns:
            The removed cells' indices in order; each is returned only once.
        """
        mentioned = global_names(source)
        found: list[int] = []
        # Backwards, since what a cell itself needs is defined above it.
        for index in sorted((i for i in self._names if i < before), reverse=True):
            names = self._names[index]
            if mentioned is None or self._defined[index] & mentioned:
                found.append(index)
                mentioned = None if mentioned is None or names is None else mentioned | names
        for index in found:
            del self._names[index], self._defined[index]
        return sorted(found)


def global_names(source: str) -> frozenset[str] | None:
    """Return the global names that code mentions, in functions too; None if it may use any name.

    Args:
        source: Code of a cell. It is analysed, never run; code that is not plain Python, such as a
            magic, may use any name.
    """
    table = None if _NOTEBOOK in source else _table(source)
    if table is None:
        return None
    names = frozenset(_mentioned(table))
    return None if names & _DYNAMIC_NAMES else names


def defined_names(source: str) -> frozenset[str]:
    """Return the global names that a cell's code assigns, imports or defines at its top level."""
    table = _table(source)
    if table is None:
        return frozenset()
    symbols = table.get_symbols()
    return frozenset(s.get_name() for s in symbols if s.is_assigned() or s.is_imported())


def _table(source: str) -> symtable.SymbolTable | None:
    if len(source) > _MAX_CHARS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return symtable.symtable(source, "<cell>", "exec")
    # Magics and syntax errors, a null byte, and nesting that is too deep for the parser.
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _mentioned(table: symtable.SymbolTable) -> Iterable[str]:
    tables = [table]
    while tables:
        current = tables.pop()
        at_top = current is table
        yield from (s.get_name() for s in current.get_symbols() if at_top or s.is_global())
        tables.extend(current.get_children())
