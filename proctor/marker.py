"""The line that says which exercise a cell belongs to, as the lesson writes it."""

from __future__ import annotations

import re

_MARKER = re.compile(r"^# (UNQ_\w+)", flags=re.MULTILINE)


def exercise_marker(source: str) -> str | None:
    """The marker in a cell's text, such as ``UNQ_C1``; None where it has none."""
    found = _MARKER.search(source)
    return found[1] if found else None
