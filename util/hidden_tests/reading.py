"""Read text out of an answer's JSON, which may be anything and of any length."""

from __future__ import annotations

from typing import Any


def short_text(value: Any, most: int) -> str:
    """The beginning of a text.

    Args:
        value: A part of an answer.
        most: Letters that are read.

    Raises:
        TypeError: It is no text; turning it into one could take as long as it likes.
    """
    if not isinstance(value, str):
        raise TypeError("An answer has a text here.")
    return value[:most]
