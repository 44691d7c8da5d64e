"""Pictures that a notebook holds, as addresses that hold them in the page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

STARTS = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
}
"""What a file of a kind begins with."""

_LARGEST = 4 * 1024 * 1024
"""Characters of base64; a larger picture is left out."""


def picture_address(kinds: Mapping[str, object]) -> str | None:
    """The address of the first picture among the kinds of an output; None where there is none.

    Args:
        kinds: Contents by MIME type, pictures in base64.
    """
    for kind, start in STARTS.items():
        text = str(kinds.get(kind) or "")
        if not 0 < len(text) <= _LARGEST:
            continue
        try:
            raw = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if raw.startswith(start):
            return f"data:{kind};base64,{base64.b64encode(raw).decode()}"
    return None
