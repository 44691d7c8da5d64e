"""Text that a student's code chose, made fit for terminals, tables and JSON."""

from __future__ import annotations

import re

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.?)", re.DOTALL)
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def one_line(text: str, limit: int) -> str:
    """As `plain`, on one line: nothing in the text can pass for a line of ours."""
    return " ".join(plain(text, limit).split())


def plain(text: str, limit: int) -> str:
    """The text without escape sequences and control characters, cut after so many characters.

    Tabs and line breaks stay; marks that turn the direction of writing go, too, and halves of
    characters, which no file and no terminal can take.
    """
    # Cut before the patterns run, which then see a bounded text, and once more after.
    bare = _CONTROLS.sub("", _ESCAPES.sub("", text[: 10 * limit]))
    return bare if len(bare) <= limit else f"{bare[:limit]}..."
