"""The machine's shared memory, where files of confined notebooks lie among others' files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - what is in it is counted and removed by its owner
NODE = 1024
"""Bytes that a file or folder takes besides its content, about, however empty it is."""
BLOCK = 512
"""Bytes in which ``st_blocks`` counts."""


def remove_owned(folder: Path, user: int) -> bool:
    """Remove the files of a shared folder that belong to a user; whether none is left."""
    for entry in owned(folder, user):
        Path(entry.path).unlink(missing_ok=True)
    return not any(owned(folder, user))


def owned(folder: Path, user: int) -> Iterator[os.DirEntry[str]]:
    """The entries of a shared folder that belong to a user."""
    for entry in os.scandir(folder):
        try:
            if entry.stat(follow_symlinks=False).st_uid == user:
                yield entry
        except FileNotFoundError:
            continue


def owned_bytes(folder: Path, user: int) -> int:
    """Bytes that the entries of a shared folder take that belong to a user; it is not deep."""
    total = 0
    for entry in owned(folder, user):
        try:
            total += entry.stat(follow_symlinks=False).st_blocks * BLOCK + NODE
        except FileNotFoundError:
            continue
    return total
