"""How much memory an output takes until its notebook is written: an estimate, rather high."""

from __future__ import annotations

import sys
from typing import Any

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
