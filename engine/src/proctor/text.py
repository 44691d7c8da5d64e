"""Make text safe and short: untrusted text in terminals, tables and JSON, and long lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.?)", re.DOTALL)
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def one_line(text: str, limit: int) -> str:
    """Like `plain`, but on one line, so that no text can imitate a line of the output."""
    return " ".join(plain(text, limit).split())


def plain(text: str, limit: int) -> str:
    """Remove escape sequences and control characters, and truncate to ``limit`` characters.

    Tabs and line breaks are kept. Characters that change the direction of writing are removed, and
    so are surrogates, which no file and no terminal can encode.
    """
    # Truncated before the patterns run, to bound their input, and again afterwards.
    bare = _CONTROLS.sub("", _ESCAPES.sub("", text[: 10 * limit]))
    return bare if len(bare) <= limit else f"{bare[:limit]}..."


def listed(names: Sequence[str], most: int, *, between: str = ", ", rest: str = "more") -> str:
    """List names, of many only the first: ``a, b and 3 more``.

    Args:
        names: The names, safe to show.
        most: Maximum number of names that are shown.
        between: What stands between them.
        rest: What the others are called.
    """
    left = len(names) - most
    return between.join(names[:most]) + (f" and {left} {rest}" if left > 0 else "")
