"""Pictures that lie beside a notebook, put into the page."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from proctor.errors import SubmissionError
from proctor.reporting.feedback.pictures import IMAGE_SIGNATURES, picture_data_url
from proctor.reporting.feedback.svg import svg_data_url
from proctor.submission.read import open_plain

_NAME = re.compile(r"(?:\./)?((?:[\w. -]+/)*[\w. -]+\.(?:png|jpe?g|gif|svg))", flags=re.IGNORECASE)
_LARGEST = 3 * 1024 * 1024
"""Maximum bytes of a file."""

_ALL = 12_000_000
"""Maximum characters of all pictures on a page."""


class OwnPictures:
    """Finds the pictures that a notebook refers to by name."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Set the folders to look into, one after the other.

        Args:
            folders: Folders of files that whoever reads the page may see.
        """
        self._folders = folders
        self._left = _ALL

    def __call__(self, address: str) -> str | None:
        """Return the picture at an address as a data URL; None if there is none to show."""
        found = _NAME.fullmatch(unquote(address))
        if found is None or ".." in found[1].split("/"):
            return None
        url = next((url for folder in self._folders if (url := _read(folder, found[1]))), None)
        if url is not None:
            self._left -= len(url)
        return url if self._left >= 0 else None


def _read(folder: Path, name: str) -> str | None:
    path = folder / name
    try:
        # A student's link may lead anywhere.
        if not path.resolve().is_relative_to(folder.resolve()):
            return None
        with open_plain(path) as file:
            blob = file.read(_LARGEST + 1)
    except (OSError, ValueError, SubmissionError):
        return None
    if len(blob) > _LARGEST:
        return None
    if name.lower().endswith(".svg"):
        return svg_data_url(blob.decode(errors="replace"))
    text = base64.b64encode(blob).decode()
    kind = next((kind for kind, start in IMAGE_SIGNATURES.items() if blob.startswith(start)), "")
    return picture_data_url({kind: text})
