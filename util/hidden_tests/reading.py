"""Read text from an answer's JSON, which may be of any type and any length."""

from __future__ import annotations

from typing import Any


def short_text(value: Any, most: int) -> str:
    """Return the beginning of a text.

    Args:
        value: A part of an answer.
        most: Maximum number of characters to return.

    Raises:
        TypeError: The value is not a string; converting it could take arbitrarily long.
    """
    if not isinstance(value, str):
        raise TypeError("An answer has a text here.")
    return value[:most]
