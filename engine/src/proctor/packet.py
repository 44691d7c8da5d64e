"""The data that crosses the trust boundary: arrays and JSON, in one npz, never a pickle.

The trusted side writes challenges and reads answers with this module. The kernel's side has
its own small writer, because a course's public package must not depend on the engine; the
format is simple enough for both: an uncompressed npz whose entry ``json`` holds UTF-8 JSON as
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
"""Maximum entries of a packet; a file of many tiny entries would take minutes to read."""

_MAX_VALUES = 1_000_000
"""Maximum values in a packet's JSON, names included; larger data belongs in arrays."""

_MAX_HEADER = 1000
"""Maximum characters of an array's header; numpy parses it as Python, which is slow."""

_ALLOWED_KINDS = frozenset("biufcSUmM")
"""Accepted kinds of dtype: numbers, text and times. Records are refused, since they can be as deep
and wide as their header, and void items, since any number of them can take no space."""

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
    """Encode a packet.

    Raises:
        PacketError: An array has dtype object, or an array is named like the JSON entry.
    """
    for name, array in packet.arrays.items():
        if name == JSON_ENTRY or np.asarray(array).dtype.hasobject:
            raise PacketError(
                f"array {name!r} of dtype {np.asarray(array).dtype} can't be sent",
                why="a packet holds arrays of plain dtypes under unique names",
                where="the challenge that a check poses",
                remedy="convert the array to numbers or fixed-width strings, or rename it",
            )
    text = json.dumps(packet.data, allow_nan=True).encode()
    buffer = io.BytesIO()
    entries = {JSON_ENTRY: np.frombuffer(text, dtype=np.uint8), **packet.arrays}
    np.savez(buffer, allow_pickle=False, **entries)
    return buffer.getvalue()


def decode(blob: bytes, *, limit: int = DEFAULT_LIMIT, where: str = "an answer") -> Packet:
    """Decode a packet that may have been written by hostile code.

    Args:
        blob: The bytes.
        limit: Maximum size of the packet in bytes, packed and unpacked.
        where: Named in the error.

    Raises:
        PacketError: The packet is too large, is not an npz, contains a pickle or records, or
            has no JSON object of at most a million values.
    """
    if len(blob) > limit:
        raise _invalid_packet(f"{len(blob):,} bytes, more than {limit:,}", where)
    try:
        _check_sizes(blob, limit, where)
        packed = io.BytesIO(blob)
        with np.load(packed, allow_pickle=False, max_header_size=_MAX_HEADER) as archive:
            arrays = {name: archive[name] for name in archive.files}
        text = arrays.pop(JSON_ENTRY)
        if text.dtype != np.uint8:
            raise _invalid_packet(f"JSON in an array of dtype {text.dtype.str}", where)
        # NaN and infinities are valid answers, though usually wrong.
        data = loads(text.tobytes(), max_values=_MAX_VALUES, constants=True)
    except PacketError:
        raise
    except UntrustedJSONError as error:
        raise _invalid_packet(str(error), where) from error
    # A crafted file can make the readers raise anything; in each case it is not a packet.
    except Exception as error:
        raise _invalid_packet(f"{type(error).__name__} while reading it", where) from error
    if not isinstance(data, dict):
        raise _invalid_packet(f"JSON of type {type(data).__name__}", where)
    for array in arrays.values():
        if not isinstance(array, np.ndarray):
            raise _invalid_packet("an entry that is not an array", where)
        if array.dtype.kind not in _ALLOWED_KINDS:
            raise _invalid_packet(f"an array of dtype kind {array.dtype.kind!r}", where)
        # There can be as many zero-size items, such as those of dtype U0, as a header claims.
        if array.size > limit:
            raise _invalid_packet(f"an array of {array.size:,} items", where)
    return Packet(data, arrays)


def _check_sizes(blob: bytes, limit: int, where: str) -> None:
    # The directory's entries are counted before zipfile creates an object for each.
    entries_at_most = blob.count(_DIRECTORY_ENTRY)
    if entries_at_most > 2 * _MAX_ENTRIES:
        raise _invalid_packet(f"{entries_at_most:,} entries, more than {_MAX_ENTRIES:,}", where)
    # A few kilobytes of zip can unpack to terabytes, so the directory's sizes are summed first.
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        entries = archive.infolist()
    if len(entries) > _MAX_ENTRIES:
        raise _invalid_packet(f"{len(entries):,} entries, more than {_MAX_ENTRIES:,}", where)
    total = sum(entry.file_size for entry in entries)
    packed = any(entry.compress_type != zipfile.ZIP_STORED for entry in entries)
    if total > limit or packed:
        raise _invalid_packet(f"{total:,} bytes unpacked{', compressed' if packed else ''}", where)


def _invalid_packet(found: str, where: str) -> PacketError:
    return PacketError(
        f"the answer is not a valid packet: {found}",
        why="an answer is an uncompressed npz of plain arrays with one JSON object",
        where=where,
        remedy="nothing is read from it; the exercise counts as not answered",
    )
