"""Untrusted text in CSV files that spreadsheets open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from proctor.text import one_line

_FORMULA_PREFIXES = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet treat a cell as a formula, also in full-width form."""


def csv_safe(text: str, limit: int = 500) -> str:
    """Make untrusted text safe for a cell: one plain line of limited length, and no formula.

    Args:
        text: An id, a name, a message.
        limit: Characters that are kept.
    """
    # This also removes leading blanks, despite which some spreadsheets recognise a formula.
    bare = one_line(text, limit)
    return f"'{bare}" if bare.startswith(_FORMULA_PREFIXES) else bare


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV; every text in them must have gone through `csv_safe`."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
