"""The text of a submitted file in UTF-8, whatever encoding an editor has saved it in."""

from __future__ import annotations

import json
import re

import numpy as np

_MARKS = re.compile(rb"(?:\xef\xbb\xbf)*+")
"""Byte order marks; programs that do not expect one put another before it."""

_PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
"""A character outside of the first 65,536, encoded as two surrogates (CESU-8)."""
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
"""A surrogate as UTF-8 would encode it, which is no UTF-8."""

MAX_PAIRS = 100_000
"""How many pairs of surrogates are put together, each of which takes some time."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_OTHER_KINDS = {
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\xd0\xcf\x11\xe0": "a file of an old Microsoft Office",
    b"{\\rtf": "a rich text file",
    b"<": "a web page or another XML file",
}
"""What files are that people save under a notebook's name, by their first bytes."""


def to_utf8(blob: bytes) -> tuple[bytes, str]:
    """The text of a file in UTF-8, and what had to be guessed; empty if nothing was.

    Half a pair of surrogates becomes U+FFFD, as in `proctor.untrusted_json.loads`.
    """
    # As `json.loads` does it: by the byte order mark, or by the zeros among the first bytes.
    encoding = json.detect_encoding(blob[:4]) if any(blob[:4]) else "utf-8"
    if not encoding.startswith("utf-8"):
        blob = blob.decode(encoding, errors="replace").encode()
    start = _MARKS.match(blob)
    # A file that a crash has cut may be filled with zeros.
    bare = blob[start.end() if start else 0 :].rstrip(b"\0")
    if _SURROGATE.search(bare):
        bare = _PAIR.sub(_joined, bare, count=MAX_PAIRS)
        bare = _SURROGATE.sub(_REPLACEMENT.encode(), bare)
    try:
        bare.decode()
    except UnicodeDecodeError as error:
        return _guessed(bare, error.start)
    return bare, ""


def _joined(found: re.Match[bytes]) -> bytes:
    halves = found[0].decode("utf-8", "surrogatepass")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _guessed(blob: bytes, first: int) -> tuple[bytes, str]:
    """What is no UTF-8 is damaged UTF-8 or comes from an older Windows editor."""
    text = blob.decode(errors="replace")
    damaged = text.count(_REPLACEMENT)
    plain = int(np.count_nonzero(np.frombuffer(blob, np.uint8) < 0x80))
    if len(text) - plain - damaged > damaged:
        return text.encode(), f"some characters are no UTF-8 (the first is byte {first + 1:,})"
    old = blob.decode("cp1252", errors="replace").encode()
    return old, f"the file is not UTF-8 (byte {first + 1:,}) and was read as Windows-1252"


def other_kind(blob: bytes) -> str | None:
    """What a file is that is no notebook, if its first bytes tell it."""
    head = blob[:1000].lstrip()
    return next((kind for start, kind in _OTHER_KINDS.items() if head.startswith(start)), None)
