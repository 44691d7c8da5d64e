"""What the cells of a notebook may still show, in bytes received and in memory."""

from __future__ import annotations

import sys
from typing import Any

MESSAGE_BYTES = 64 * 1024 * 1024
"""Maximum size of one message in bytes, also where output has no limit."""

_MAX_VALUES = 1_000_000
"""Maximum number of values in the JSON of one message, where output has no limit."""

_VALUE = 40
"""Bytes of memory that a small value takes in a list."""

_CELL, _NOTEBOOK = 10, 2
"""Bytes of memory for each byte that may be received. A character takes one to four; output with
many lines, parts or values takes more, and is cut earlier."""


class Budget:
    """An amount for each cell, and one for all cells together; 0: no limit.

    Attributes:
        limit: What the current cell may use; 0: no limit.
    """

    def __init__(self, cell: int, notebook: int) -> None:
        self._cell = cell
        self._bounded = notebook > 0
        self._left = notebook
        self._used = self.limit = 0
        self.next_cell()

    def next_cell(self) -> None:
        """Start the next cell."""
        self._left -= min(self._used, self.limit, self._left)
        # 0 means that there is no limit, so a budget that is used up keeps one byte.
        limits = [self._cell] if self._cell else []
        limits += [max(1, self._left)] if self._bounded else []
        self.limit, self._used = min(limits, default=0), 0

    def take(self, amount: int) -> bool:
        """Use some of it, and return whether that much was left."""
        self._used += amount
        return not self.limit or self._used <= self.limit

    def give_back(self) -> None:
        """Return all that the current cell used."""
        self._used = 0

    def left(self, otherwise: int) -> int:
        """How much the cell may still use; ``otherwise`` if there is no limit."""
        return max(0, self.limit - self._used) if self.limit else otherwise


class Allowance:
    """Counts what a notebook's kernel sends, before it is parsed and when it is stored.

    Attributes:
        cut: Why the rest of the cell's output is dropped; None while it is not.
        malformed: Number of the cell's messages that were dropped as malformed.
    """

    def __init__(self, cell_bytes: int = 0, notebook_bytes: int = 0) -> None:
        """Count from zero.

        Args:
            cell_bytes: Bytes of output of one cell; 0: no limit.
            notebook_bytes: Bytes of output of all cells together; 0: no limit.
        """
        self._bytes = Budget(cell_bytes, notebook_bytes)
        self._memory = Budget(_CELL * cell_bytes, _NOTEBOOK * notebook_bytes)
        self.cut: str | None = None
        self.malformed = 0

    def next_cell(self) -> None:
        """Start the next cell."""
        self._bytes.next_cell()
        self._memory.next_cell()
        self.cut, self.malformed = None, 0

    def admits(self, size: int) -> bool:
        """Count bytes that were received, and return whether they may be kept."""
        within = self._bytes.take(size) and size <= MESSAGE_BYTES
        if not within:
            limit = min(self._bytes.limit or MESSAGE_BYTES, MESSAGE_BYTES)
            self._drop_rest(f"more than {limit:,} bytes of output")
        return self.cut is None

    def keeps(self, memory: int) -> bool:
        """Count bytes of memory that an output takes, and return whether it may be kept."""
        if not self._memory.take(memory):
            self._drop_rest("too many lines, outputs or values")
        return self.cut is None

    def forgets(self) -> None:
        """Release the memory of the cell's outputs so far, which were discarded."""
        self._memory.give_back()

    @property
    def max_values(self) -> int:
        """Maximum number of values in the JSON of the next message."""
        return self._memory.left(_MAX_VALUES * _VALUE) // _VALUE + 1

    def _drop_rest(self, why: str) -> None:
        self.cut = self.cut or why


_OUTPUT = 600
"""Bytes of an output besides its content."""
_LINE = 60
"""Bytes of a line besides its text: the notebook's file stores a text as a list of lines."""
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Characters at which `str.splitlines` splits."""
_OBJECT, _ENTRY, _LIST, _NUMBER = 450, 80, 80, 40
_INDENT = 2
"""Bytes per nesting level before a value: the file is indented, as text and again as bytes."""


def weight(content: dict[str, Any]) -> int:
    """Bytes of memory that an output with this content takes."""
    return _OUTPUT + _weigh(content, 0)


def text_weight(text: str) -> int:
    """Bytes of memory that a text takes."""
    return sys.getsizeof(text) + _LINE * sum(map(text.count, _LINE_ENDS))


def _weigh(value: Any, depth: int) -> int:
    if isinstance(value, str):
        return _INDENT * depth + text_weight(value)
    if isinstance(value, dict):
        keys = sum(map(sys.getsizeof, value))
        items = sum(_ENTRY + _weigh(item, depth + 1) for item in value.values())
        return _INDENT * depth + _OBJECT + keys + items
    if isinstance(value, list):
        return _INDENT * depth + _LIST + sum(_weigh(item, depth + 1) for item in value)
    return _INDENT * depth + _NUMBER
