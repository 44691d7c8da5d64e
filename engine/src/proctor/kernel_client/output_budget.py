"""What the cells of a notebook may still show, in bytes that come in and in memory."""

from __future__ import annotations

import sys
from typing import Any

MESSAGE_BYTES = 64 * 1024 * 1024
"""Bytes of one message where output has no limit."""

_MAX_VALUES = 1_000_000
"""Values in the JSON of one message where output has no limit."""

_VALUE = 40
"""Bytes of memory that a small value takes in a list."""

_CELL, _NOTEBOOK = 10, 2
"""Bytes of memory for each byte that may come in. A character takes one to four; what has many
lines, outputs or values takes more, and is cut earlier."""


class Budget:
    """An amount for each cell, and one for all cells together; 0: no limit.

    Attributes:
        limit: What the present cell may use; 0: no limit.
    """

    def __init__(self, cell: int, notebook: int) -> None:
        self._cell = cell
        self._bounded = notebook > 0
        self._left = notebook
        self._used = self.limit = 0
        self.next_cell()

    def next_cell(self) -> None:
        """Begin with another cell."""
        self._left -= min(self._used, self.limit, self._left)
        # 0 means that there is no limit; of a budget that is used up one byte is left.
        limits = [self._cell] if self._cell else []
        limits += [max(1, self._left)] if self._bounded else []
        self.limit, self._used = min(limits, default=0), 0

    def take(self, amount: int) -> bool:
        """Use some of it; whether that much was left."""
        self._used += amount
        return not self.limit or self._used <= self.limit

    def give_back(self) -> None:
        """Take back all that the present cell used."""
        self._used = 0

    def left(self, otherwise: int) -> int:
        """How much the cell may still use; the argument where there is no limit."""
        return max(0, self.limit - self._used) if self.limit else otherwise


class Allowance:
    """Counts what a notebook's kernel sends, before it is parsed and when it is kept.

    Attributes:
        cut: Why the rest of what the cell shows is dropped; None while it is not.
        malformed: How many of the cell's messages were dropped because they were none.
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
        """Begin with another cell."""
        self._bytes.next_cell()
        self._memory.next_cell()
        self.cut, self.malformed = None, 0

    def admits(self, size: int) -> bool:
        """Count bytes that come in; whether they may be kept."""
        within = self._bytes.take(size) and size <= MESSAGE_BYTES
        if not within:
            limit = min(self._bytes.limit or MESSAGE_BYTES, MESSAGE_BYTES)
            self._drop_rest(f"more than {limit:,} bytes of output")
        return self.cut is None

    def keeps(self, memory: int) -> bool:
        """Count bytes of memory that an output takes; whether it may be kept."""
        if not self._memory.take(memory):
            self._drop_rest("too many lines, outputs or values")
        return self.cut is None

    def forgets(self) -> None:
        """What the cell showed until now is gone."""
        self._memory.give_back()

    @property
    def max_values(self) -> int:
        """Values that the JSON of the next message may have."""
        return self._memory.left(_MAX_VALUES * _VALUE) // _VALUE + 1

    def _drop_rest(self, why: str) -> None:
        self.cut = self.cut or why


_OUTPUT = 600
"""Bytes of an output besides what it shows."""
_LINE = 60
"""Bytes of a line besides its text: in the notebook's file, a text is a list of lines."""
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Characters at which `str.splitlines` cuts."""
_OBJECT, _ENTRY, _LIST, _NUMBER = 450, 80, 80, 40
_INDENT = 2
"""Bytes for each level before a value: the file is indented, as text and once more as bytes."""


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
