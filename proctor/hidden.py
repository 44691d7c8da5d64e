"""The hidden part of a test cell, between nbgrader's own two markers."""

from __future__ import annotations

BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"


def hidden_part(source: str) -> str | None:
    """What lies between the markers, or None where they are not both there."""
    found: list[str] | None = None
    for line in source.splitlines(keepends=True):
        if found is None:
            found = [] if BEGIN in line else None
        elif END in line:
            return "".join(found)
        else:
            found.append(line)
    return None


def without_hidden(source: str) -> str:
    """What students see: the source without its hidden parts; one without an end has none."""
    kept, hidden = [], False
    for line in source.splitlines(keepends=True):
        if not hidden:
            hidden = BEGIN in line
            if not hidden:
                kept.append(line)
        else:
            hidden = END not in line
    return "".join(kept).rstrip()
