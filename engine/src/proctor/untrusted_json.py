"""Parse JSON from untrusted code, after checking its size and depth.

A few megabytes of ``[[],[],`` expand to gigabytes of lists, deeply nested JSON overflows the stack
of code that traverses it, and the time to parse a number grows with the square of its digits.
Values and depth are therefore counted first, in linear time and with little extra memory; brackets
and commas in strings are not counted.
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
"""Maximum nesting of lists and objects; traversing each takes a few stack frames."""

MAX_DIGITS = 400
"""Maximum characters of a number; every finite float can be written with fewer."""

MAX_SURROGATES = 1_000_000
"""Maximum escaped surrogates; each takes some time to check."""

_CHUNK = 1 << 20
"""Bytes that are scanned at a time."""

_QUOTE = ord('"')
_STEP = np.zeros(256, np.int8)
_STEP[list(b"[{")] = 1
_STEP[list(b"]}")] = -1
_STRUCTURAL = np.zeros(256, np.bool_)
_STRUCTURAL[list(b"[{,:")] = True

_MAYBE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
# Starts at the first backslash of a run, which determines which of them are escaped.
_SURROGATE = re.compile(
    rb"(?<!\\)((?:\\\\)*+)\\u[dD](?:[89abAB][0-9a-fA-F]{2}(\\u[dD][c-fC-F][0-9a-fA-F]{2})?"
    rb"|[c-fC-F][0-9a-fA-F]{2})"
)

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Depths = npt.NDArray[np.int32]


class UntrustedJSONError(ValueError):
    """The bytes are not JSON, or exceed a limit; the message states which."""


def loads(raw: bytes, *, max_values: int, constants: bool = False) -> Any:
    """Parse JSON of limited size.

    An escaped lone surrogate is replaced by U+FFFD, since UTF-8 can't encode it.

    Args:
        raw: UTF-8.
        max_values: Maximum number of values; names in objects count as values, and so do lists and
            objects themselves. Each takes at most about a hundred bytes of memory.
        constants: Whether ``NaN``, ``Infinity`` and ``-Infinity``, as written by Python, are
            accepted as numbers, and so are infinite ones that are written in digits.

    Raises:
        UntrustedJSONError: It is not JSON in UTF-8, has more values, is nested deeper than
            `MAX_DEPTH`, has more escaped surrogates than `MAX_SURROGATES`, or has a number that is
            longer than `MAX_DIGITS` or, without ``constants``, exceeds the range of a float.
    """
    _check_extent(raw, max_values)
    try:
        return json.loads(
            _replace_lone_surrogates(raw).decode(),
            parse_int=_integer,
            parse_float=_any_number if constants else _number,
            parse_constant=None if constants else _refuse_constant,
        )
    except UntrustedJSONError:
        raise
    except UnicodeDecodeError as error:
        raise UntrustedJSONError(f"text that is not UTF-8 (byte {error.start + 1:,})") from error
    except (ValueError, RecursionError) as error:
        raise UntrustedJSONError(f"text that is not JSON ({error})") from error


def scan(raw: bytes) -> Iterator[tuple[int, Bytes, Flags]]:
    """Iterate over JSON in chunks.

    Yields:
        Offset of the chunk, its bytes, and a mask of those outside strings. An escaped quote or
        backslash is replaced by two other characters.
    """
    bare = raw.replace(rb"\\", b"__").replace(rb"\"", b"__")
    inside = 0
    for start in range(0, len(bare), _CHUNK):
        piece = np.frombuffer(bare, np.uint8, min(_CHUNK, len(bare) - start), start)
        # The count wraps at 256, which preserves its parity.
        quotes = np.cumsum(piece == _QUOTE, dtype=np.uint8) + np.uint8(inside)
        inside = int(quotes[-1]) & 1
        yield start, piece, (quotes & 1) == 0


def depths(piece: Bytes, outside: Flags, before: int) -> Depths:
    """Return the number of open lists and objects after each byte of a chunk.

    Args:
        piece: The bytes.
        outside: Mask of the bytes outside strings.
        before: Number open before the chunk.
    """
    found: Depths = np.cumsum(_STEP[piece] * outside, dtype=np.int32) + np.int32(before)
    return found


def _check_extent(raw: bytes, max_values: int) -> None:
    """Refuse too many values or too deep nesting; skip the scan where neither is possible."""
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


def _replace_lone_surrogates(raw: bytes) -> bytes:
    if not _MAYBE_SURROGATE.search(raw):
        return raw
    if raw.count(rb"\ud") + raw.count(rb"\uD") > MAX_SURROGATES:
        raise UntrustedJSONError(f"JSON of more than {MAX_SURROGATES:,} escaped surrogates")
    return _SURROGATE.sub(_replacement, raw)


def _replacement(found: re.Match[bytes]) -> bytes:
    return found[0] if found[2] else found[1] + rb"\ufffd"


def _integer(text: str) -> int:
    return int(_check_length(text))


def _any_number(text: str) -> float:
    return float(_check_length(text))


def _number(text: str) -> float:
    number = _any_number(text)
    if not math.isfinite(number):
        raise UntrustedJSONError("JSON with a number that no float holds")
    return number


def _check_length(text: str) -> str:
    if len(text) > MAX_DIGITS:
        raise UntrustedJSONError(f"JSON with a number of {len(text):,} characters")
    return text


def _refuse_constant(name: str) -> NoReturn:
    raise UntrustedJSONError(f"JSON with {name}, which is no number")
