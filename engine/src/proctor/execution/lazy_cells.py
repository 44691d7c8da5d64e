"""Which of an instructor's cells a piece of code needs, so that the others need not be run.

Loading a network or a table costs seconds in every notebook, and most of what is graded never
looks at them. A locked cell that does nothing but define names can therefore wait until code
that is about to run mentions one of them.
"""

from __future__ import annotations

import symtable
import warnings
from collections.abc import Iterable, Mapping

from nbformat import NotebookNode
from nbgrader import utils

from proctor.results import HumanPart

_ANYTHING = frozenset(
    {"eval", "exec", "globals", "locals", "vars", "dir", "get_ipython", "__builtins__"}
)
"""Names through which code can reach every other name."""

_NOTEBOOK = "__main__"
"""The module that holds a notebook's names; whoever imports it may take any of them."""

_LONGEST = 64 * 1024
"""Characters; longer code is not read, and counts as code that needs everything."""


class DeferredCells:
    """Cells that wait until they are needed, by index, in the notebook's order."""

    def __init__(self, sources: Mapping[int, str]) -> None:
        """Note what each cell defines and what it needs itself.

        Args:
            sources: Their code by index; it is the instructor's.
        """
        self._names = {index: global_names(source) for index, source in sources.items()}
        self._defined = {index: defined_names(source) for index, source in sources.items()}

    def __contains__(self, index: object) -> bool:
        return index in self._names

    def needed(self, source: str, before: int) -> list[int]:
        """Take out the cells that must run before a piece of code does.

        Args:
            source: The code that is about to run; nothing is assumed of it.
            before: Its index; cells that come later in the notebook go on waiting.

        Returns:
            Their indices in order; each is returned once.
        """
        mentioned = global_names(source)
        found: list[int] = []
        # Backwards, since what a cell needs in its turn is defined above it.
        for index in sorted((i for i in self._names if i < before), reverse=True):
            names = self._names[index]
            if mentioned is None or self._defined[index] & mentioned:
                found.append(index)
                mentioned = None if mentioned is None or names is None else mentioned | names
        for index in found:
            del self._names[index], self._defined[index]
        return sorted(found)


def global_names(source: str) -> frozenset[str] | None:
    """The global names that code mentions, in functions too; None where it may be any.

    Args:
        source: Code of a cell. It is read, never run; what is not plain Python, such as a magic,
            may mention anything.
    """
    table = None if _NOTEBOOK in source else _table(source)
    if table is None:
        return None
    names = frozenset(_mentioned(table))
    return None if names & _ANYTHING else names


def defined_names(source: str) -> frozenset[str]:
    """The global names that a cell's code assigns, imports or defines at its top level."""
    table = _table(source)
    if table is None:
        return frozenset()
    symbols = table.get_symbols()
    return frozenset(s.get_name() for s in symbols if s.is_assigned() or s.is_imported())


def _table(source: str) -> symtable.SymbolTable | None:
    if len(source) > _LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return symtable.symtable(source, "<cell>", "exec")
    # Magics and mistakes, a null byte, and nesting that is too deep for the parser.
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _mentioned(table: symtable.SymbolTable) -> Iterable[str]:
    tables = [table]
    while tables:
        current = tables.pop()
        at_top = current is table
        yield from (s.get_name() for s in current.get_symbols() if at_top or s.is_global())
        tables.extend(current.get_children())


NO_RESPONSE = "No response."
"""nbgrader's comment on a solution that is as it was released."""


def manual_grading(nb: NotebookNode) -> HumanPart:
    """Scores of cells that a human grades, and comments on empty answers.

    Args:
        nb: A restored submission; its metadata are the instructor's.
    """
    scores: dict[str, float | None] = {}
    comments: dict[str, str | None] = {}
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        by_hand = utils.is_solution(cell) or cell.cell_type != "code"
        if utils.is_grade(cell) and by_hand:
            score, _ = utils.determine_grade(cell)
            scores[grade_id] = None if score is None else float(score)
        if utils.is_task(cell):
            scores[grade_id] = comments[grade_id] = None
        elif utils.is_solution(cell):
            unchanged = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
            comments[grade_id] = NO_RESPONSE if unchanged else None
    return HumanPart(scores, comments)
