"""The hidden part of a test cell, between nbgrader's own two markers."""

from __future__ import annotations

import re

BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"

_REGION = re.compile(
    rf"^[^\n]*{BEGIN}[^\n]*\n(?P<body>.*?)^[^\n]*{END}[^\n]*\n?",
    flags=re.MULTILINE | re.DOTALL,
)


def hidden_part(source: str) -> str | None:
    """What lies between the markers, or None where there are none."""
    found = _REGION.search(source)
    return found["body"] if found else None


def without_hidden(source: str) -> str:
    """What students see: the source without the hidden part."""
    return _REGION.sub("", source).rstrip()
