"""Tables that a spreadsheet may open without running what a stranger wrote into them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from proctor.text import one_line

_BEGINNINGS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""With these, also in their wide forms, a spreadsheet takes a cell for a formula."""


def harmless(text: str, most: int = 500) -> str:
    """Text from outside, fit for a cell: one plain line of limited length, and no formula.

    Args:
        text: An id, a name, a message.
        most: Characters that are kept.
    """
    # On one line and without blanks before it, which do not stop every spreadsheet.
    bare = one_line(text, most)
    return f"'{bare}" if bare.startswith(_BEGINNINGS) else bare


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV; every text in them has gone through `harmless`."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
