"""Lay out a table whose columns may be more than fit side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

WIDTH = 120
"""Characters of a line, beyond which further columns follow below."""

_GAP = 2


def wrapped(texts: Sequence[Sequence[str]], width: int = WIDTH) -> list[str]:
    """Return the lines of a table; columns that do not fit follow below, in blocks.

    Each block begins with the first column.

    Args:
        texts: The rows, all of the same length; the first is the heading.
        width: Characters of a line, unless a single column needs more.
    """
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    lines: list[str] = []
    for columns in _blocks(widths, width):
        rows = ["  ".join(row[n].ljust(widths[n]) for n in columns).rstrip() for row in texts]
        lines += ["", *rows[:1], "-" * len(rows[0]), *rows[1:]]
    return lines[1:]


def _blocks(widths: Sequence[int], width: int) -> Iterator[list[int]]:
    """Yield the columns of each block."""
    block, used = [0], widths[0]
    for column in range(1, len(widths)):
        needed = _GAP + widths[column]
        if used + needed > width and len(block) > 1:
            yield block
            block, used = [0], widths[0]
        block, used = [*block, column], used + needed
    yield block
