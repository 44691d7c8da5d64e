"""Unpack the engine's own tar archives, and write zip archives."""

from __future__ import annotations

import os
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO


def unpack(archive: bytes, folder: Path, wanted: Callable[[str], bool] = lambda _: True) -> None:
    """Extract the regular files and the folders of a tar.

    `tarfile.TarFile.extractall` is not used: Python 3.11.0 to 3.11.3 lack its filters, and without
    them it follows whatever paths the names contain.

    Args:
        archive: The tar.
        folder: Destination; must not contain links.
        wanted: Whether a name is extracted.

    Raises:
        OSError: A file can't be written.
        ValueError: A name leads out of the folder.
    """
    with tarfile.open(fileobj=BytesIO(archive), mode="r:") as tar:
        for member in tar:
            inside = PurePosixPath(member.name)
            if inside.is_absolute() or ".." in inside.parts:
                raise ValueError(f"a name that leads out of its folder: {member.name[:200]!r}")
            if not wanted(member.name):
                continue
            target = folder / inside
            if member.isdir():
                target.mkdir(parents=True, exist_ok=True)
            elif (content := tar.extractfile(member)) is not None and member.isreg():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
                os.utime(target, (member.mtime, member.mtime))


_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Timestamp of every entry, so that the same files give the same bytes."""

_MODE = 0o644 << 16


def write_zip(
    target: Path | IO[bytes], files: Mapping[str, Path | bytes], *, compressed: bool
) -> None:
    """Write a zip with entries sorted by name, without times and owners.

    Args:
        target: Destination.
        files: Entries by name: paths of files, or their content.
        compressed: Whether to compress it, which takes longer to write and read.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
            info.external_attr = _MODE
            content = files[name]
            archive.writestr(info, content if isinstance(content, bytes) else content.read_bytes())


def empty_tar() -> bytes:
    """An archive of no files."""
    buffer = BytesIO()
    tarfile.open(fileobj=buffer, mode="w").close()
    return buffer.getvalue()
