"""What crosses the trust boundary: arrays and JSON, in one npz, never a pickle.

The trusted side writes challenges and reads answers with this module. The kernel's side has
its own small writer, because a course's public package must not depend on the engine; the
format is plain enough for both: an uncompressed npz whose entry ``json`` holds UTF-8 JSON as
unsigned bytes, and whose other entries are the arrays.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from proctor.errors import PacketError
from proctor.untrusted_json import UntrustedJSONError, loads

JSON_ENTRY = "json"
DEFAULT_LIMIT = 16 * 1024 * 1024
"""Bytes; larger packets are refused before a single array is read."""

_MAX_ENTRIES = 4096
"""Entries of a packet; a file of nothing but tiny entries would take minutes to read."""

_MAX_VALUES = 1_000_000
"""Values in a packet's JSON, names included; what is more belongs into arrays."""

_LONGEST_HEADER = 1000
"""Characters that describe an array; numpy parses them as Python, which takes its time."""

_PLAIN = frozenset("biufcSUmM")
"""Kinds of dtype that are read: numbers, text, times. Not records, which can be as deep and as wide
as their header, nor bytes without a meaning, of which there can be any number in no space."""

_DIRECTORY_ENTRY = b"PK\x01\x02"

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Packet:
    """Named arrays and one JSON object.

    Attributes:
        data: A JSON object: strings, numbers, booleans, None, lists and objects.
        arrays: Arrays by name, of any dtype but object; in an answer, numbers, text or times.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict)


def encode(packet: Packet) -> bytes:
    """Write a packet.

    Raises:
        PacketError: An array has dtype object, or an array is named like the JSON entry.
    """
    for name, array in packet.arrays.items():
        if name == JSON_ENTRY or np.asarray(array).dtype.hasobject:
            raise PacketError(
                "A packet holds arrays of plain dtypes under names of their own.",
                found=f"array {name!r} of dtype {np.asarray(array).dtype}",
                where="the challenge that a check poses",
                remedy="convert the array to numbers or fixed-width strings, or rename it",
            )
    text = json.dumps(packet.data, allow_nan=True).encode()
    buffer = io.BytesIO()
    entries = {JSON_ENTRY: np.frombuffer(text, dtype=np.uint8), **packet.arrays}
    np.savez(buffer, allow_pickle=False, **entries)
    return buffer.getvalue()


def decode(blob: bytes, *, limit: int = DEFAULT_LIMIT, where: str = "an answer") -> Packet:
    """Read a packet that may have been written by hostile code.

    Args:
        blob: The bytes.
        limit: The most bytes that the packet may have, packed and unpacked.
        where: Named in the error.

    Raises:
        PacketError: The bytes are too many, not an npz, hold a pickle or records, or no JSON
            object of at most a million values.
    """
    if len(blob) > limit:
        raise _refused(f"{len(blob):,} bytes, more than {limit:,}", where)
    try:
        _check_sizes(blob, limit, where)
        packed = io.BytesIO(blob)
        with np.load(packed, allow_pickle=False, max_header_size=_LONGEST_HEADER) as archive:
            arrays = {name: archive[name] for name in archive.files}
        text = arrays.pop(JSON_ENTRY)
        if text.dtype != np.uint8:
            raise _refused(f"JSON in an array of dtype {text.dtype.str}", where)
        # NaN and infinities are answers, too, if mostly wrong ones.
        data = loads(text.tobytes(), max_values=_MAX_VALUES, constants=True)
    except PacketError:
        raise
    except UntrustedJSONError as error:
        raise _refused(str(error), where) from error
    # Whatever a crafted file makes the readers raise, the answer is the same: not a packet.
    except Exception as error:
        raise _refused(f"{type(error).__name__} while reading it", where) from error
    if not isinstance(data, dict):
        raise _refused(f"JSON of type {type(data).__name__}", where)
    for array in arrays.values():
        if not isinstance(array, np.ndarray):
            raise _refused("an entry that is not an array", where)
        if array.dtype.kind not in _PLAIN:
            raise _refused(f"an array of dtype kind {array.dtype.kind!r}", where)
        # Items of no bytes, such as those of dtype U0, can be as many as a header claims.
        if array.size > limit:
            raise _refused(f"an array of {array.size:,} items", where)
    return Packet(data, arrays)


def _check_sizes(blob: bytes, limit: int, where: str) -> None:
    # The directory's entries are counted before they become objects.
    entries_at_most = blob.count(_DIRECTORY_ENTRY)
    if entries_at_most > 2 * _MAX_ENTRIES:
        raise _refused(f"{entries_at_most:,} entries, more than {_MAX_ENTRIES:,}", where)
    # A few kilobytes of zip can unpack to terabytes, so the directory is summed first.
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        entries = archive.infolist()
    if len(entries) > _MAX_ENTRIES:
        raise _refused(f"{len(entries):,} entries, more than {_MAX_ENTRIES:,}", where)
    total = sum(entry.file_size for entry in entries)
    packed = any(entry.compress_type != zipfile.ZIP_STORED for entry in entries)
    if total > limit or packed:
        raise _refused(f"{total:,} bytes unpacked{', compressed' if packed else ''}", where)


def _refused(found: str, where: str) -> PacketError:
    return PacketError(
        "An answer is an uncompressed npz of plain arrays with one JSON object.",
        found=found,
        where=where,
        remedy="nothing is read from it; the exercise counts as not answered",
    )
