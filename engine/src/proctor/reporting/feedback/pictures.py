"""Pictures that code has shown, as data URLs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

IMAGE_SIGNATURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
}
"""First bytes of a file of each type."""

LARGEST = 4 * 1024 * 1024
"""Maximum characters of base64; larger pictures are left out."""


def picture_data_url(kinds: Mapping[str, object]) -> str | None:
    """Return the data URL of the first picture among the types of an output, or None.

    Args:
        kinds: Contents by MIME type, pictures in base64.
    """
    for kind, start in IMAGE_SIGNATURES.items():
        text = str(kinds.get(kind) or "")
        if not 0 < len(text) <= LARGEST:
            continue
        try:
            raw = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if raw.startswith(start):
            return f"data:{kind};base64,{base64.b64encode(raw).decode()}"
    return None
