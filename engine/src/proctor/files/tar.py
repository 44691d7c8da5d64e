"""Unpack a tar of our own into a folder."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path, PurePosixPath


def unpack(archive: bytes, folder: Path, wanted: Callable[[str], bool] = lambda _: True) -> None:
    """Write the plain files of a tar, and the folders that they are in.

    Not `tarfile.TarFile.extractall`, whose filters Python 3.11.0 to 3.11.3 do not have, and
    which without them follows what names say.

    Args:
        archive: The tar.
        folder: Where to; it has no links in it.
        wanted: Which names.

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
