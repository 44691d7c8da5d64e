"""Zips that are the same, byte for byte, whenever they hold the same."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


def write_zip(
    target: Path | IO[bytes], files: Mapping[str, Path | bytes], *, compressed: bool
) -> None:
    """Write a zip whose entries are in order of their names, without times and owners.

    Args:
        target: Where to.
        files: What is in it, by name: files, or their content.
        compressed: Whether it is to be small, or quickly made and read.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
            info.external_attr = _MODE
            content = files[name]
            archive.writestr(info, content if isinstance(content, bytes) else content.read_bytes())
