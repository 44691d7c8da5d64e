"""JSON that somebody hostile may have written: counted before it is parsed.

A few megabytes of ``[[],[],`` become gigabytes of lists, deep JSON ends the stack of whoever walks
through it, and the time for a number grows with the square of its digits. So values and depth are
counted first, in time linear in the bytes and with little memory besides them; text in strings
does not count, whatever brackets and commas it has.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

MAX_DEPTH = 100
"""Lists and objects in each other; walking through them takes a few frames of the stack each."""

MAX_DIGITS = 400
"""Characters of a number; every finite float can be written with fewer."""

MAX_SURROGATES = 1_000_000
"""Characters that are written as escaped surrogates; each takes a moment to look at."""

_CHUNK = 1 << 20
"""Bytes that are looked at together."""

_QUOTE = ord('"')
_STEP = np.zeros(256, np.int8)
_STEP[list(b"[{")] = 1
_STEP[list(b"]}")] = -1
_STRUCTURAL = np.zeros(256, np.bool_)
_STRUCTURAL[list(b"[{,:")] = True

_PERHAPS_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
# Begins at the first backslash of a run, so that it is known which of them escapes what.
_HALF_CHARACTER = re.compile(
    rb"(?<!\\)((?:\\\\)*+)\\u[dD](?:[89abAB][0-9a-fA-F]{2}(\\u[dD][c-fC-F][0-9a-fA-F]{2})?"
    rb"|[c-fC-F][0-9a-fA-F]{2})"
)

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Depths = npt.NDArray[np.int32]


class UntrustedJSONError(ValueError):
    """The bytes are no JSON, or JSON that is not worth its memory; says which in a few words."""


def loads(raw: bytes, *, max_values: int, constants: bool = False) -> Any:
    """Parse JSON of limited extent.

    Half a surrogate pair, escaped, becomes U+FFFD: no UTF-8 file could hold it.

    Args:
        raw: UTF-8.
        max_values: How many values it may have, where the names in objects count as values, and
            so does each list and object. A hundred bytes of memory for each is ample.
        constants: Whether ``NaN``, ``Infinity`` and ``-Infinity`` are taken for numbers, as
            Python writes them.

    Raises:
        UntrustedJSONError: It is not JSON in UTF-8; it has more values, is nested deeper than
            `MAX_DEPTH`, has more escaped surrogates than `MAX_SURROGATES`, or a number that is
            longer than `MAX_DIGITS` or that no float holds.
    """
    _check_extent(raw, max_values)
    try:
        return json.loads(
            _with_whole_characters(raw).decode(),
            parse_int=_integer,
            parse_float=_number,
            parse_constant=None if constants else _refuse_constant,
        )
    except UntrustedJSONError:
        raise
    except UnicodeDecodeError as error:
        raise UntrustedJSONError(f"text that is not UTF-8 (byte {error.start + 1:,})") from error
    except (ValueError, RecursionError) as error:
        raise UntrustedJSONError(f"text that is not JSON ({error})") from error


def scan(raw: bytes) -> Iterator[tuple[int, Bytes, Flags]]:
    """Go through JSON piece by piece.

    Yields:
        Where a piece begins, its bytes, and which of them are outside of strings. In the pieces
        an escaped quote or backslash is replaced by two other characters.
    """
    bare = raw.replace(rb"\\", b"__").replace(rb"\"", b"__")
    inside = 0
    for start in range(0, len(bare), _CHUNK):
        piece = np.frombuffer(bare, np.uint8, min(_CHUNK, len(bare) - start), start)
        # The count wraps at 256, and stays even or odd.
        quotes = np.cumsum(piece == _QUOTE, dtype=np.uint8) + np.uint8(inside)
        inside = int(quotes[-1]) & 1
        yield start, piece, (quotes & 1) == 0


def depths(piece: Bytes, outside: Flags, before: int) -> Depths:
    """How many lists and objects are open after each byte of a piece.

    Args:
        piece: The bytes.
        outside: Which of them are outside of strings.
        before: How many are open before it.
    """
    found: Depths = np.cumsum(_STEP[piece] * outside, dtype=np.int32) + np.int32(before)
    return found


def _check_extent(raw: bytes, max_values: int) -> None:
    """Refuse what has too many values or is too deep; what can't be either is not looked at."""
    opened = raw.count(b"[") + raw.count(b"{")
    if opened <= MAX_DEPTH and opened + raw.count(b",") + raw.count(b":") < max_values:
        return
    values, depth = 1, 0
    for _, piece, outside in scan(raw):
        values += int(np.count_nonzero(_STRUCTURAL[piece] & outside))
        if values > max_values:
            raise UntrustedJSONError(f"JSON of more than {max_values:,} values")
        reached = depths(piece, outside, depth)
        if int(reached.max()) > MAX_DEPTH:
            raise UntrustedJSONError(f"JSON that is nested deeper than {MAX_DEPTH}")
        depth = int(reached[-1])


def _with_whole_characters(raw: bytes) -> bytes:
    if not _PERHAPS_HALF.search(raw):
        return raw
    if raw.count(rb"\ud") + raw.count(rb"\uD") > MAX_SURROGATES:
        raise UntrustedJSONError(f"JSON of more than {MAX_SURROGATES:,} escaped surrogates")
    return _HALF_CHARACTER.sub(_whole, raw)


def _whole(found: re.Match[bytes]) -> bytes:
    return found[0] if found[2] else found[1] + rb"\ufffd"


def _integer(text: str) -> int:
    return int(_short(text))


def _number(text: str) -> float:
    number = float(_short(text))
    if not math.isfinite(number):
        raise UntrustedJSONError("JSON with a number that no float holds")
    return number


def _short(text: str) -> str:
    if len(text) > MAX_DIGITS:
        raise UntrustedJSONError(f"JSON with a number of {len(text):,} characters")
    return text


def _refuse_constant(name: str) -> NoReturn:
    raise UntrustedJSONError(f"JSON with {name}, which is no number")
