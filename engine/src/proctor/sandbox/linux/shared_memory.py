"""The machine's shared memory, where files of confined notebooks lie among those of others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - its files are counted and removed by their owner
NODE = 1024
"""Approximate bytes that a file or folder takes besides its content, even if it is empty."""
BLOCK = 512
"""Unit of ``st_blocks`` in bytes."""


def remove_owned(folder: Path, user: int) -> bool:
    """Remove a user's files from a shared folder, and return whether none is left."""
    for entry in owned(folder, user):
        Path(entry.path).unlink(missing_ok=True)
    return not any(owned(folder, user))


def owned(folder: Path, user: int) -> Iterator[os.DirEntry[str]]:
    """Yield the entries of a shared folder that belong to a user."""
    for entry in os.scandir(folder):
        try:
            if entry.stat(follow_symlinks=False).st_uid == user:
                yield entry
        except FileNotFoundError:
            continue


def owned_bytes(folder: Path, user: int) -> int:
    """Bytes that a user's entries in a shared folder take; there are no subfolders."""
    total = 0
    for entry in owned(folder, user):
        try:
            total += entry.stat(follow_symlinks=False).st_blocks * BLOCK + NODE
        except FileNotFoundError:
            continue
    return total
