"""What a notebook's files take: in file systems of its own, or in a folder among others' files."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from proctor.programs import program
from proctor.sandbox.linux.shared_memory import BLOCK, NODE, SHARED_MEMORY
from proctor.sandbox.linux.users import acting_as

_REST = 9
"""How many times as long as a look takes is waited before the next one."""


def used_bytes(root: Path) -> int:
    """Bytes that a file system takes, names and folders included."""
    info = os.statvfs(root)
    nodes = info.f_files - info.f_ffree
    return (info.f_blocks - info.f_bfree) * info.f_frsize + nodes * NODE


class UnreadableError(Exception):
    """A notebook hides files, so that nobody can say what they take."""


class FolderUsage:
    """What is in a folder that lies among others' files, looked at now and then."""

    def __init__(self, root: Path, user: int | None) -> None:
        """Start looking.

        Args:
            root: The folder.
            user: Whose processes write there, if it is not this process's user.
        """
        self._root = root
        self._user = user
        self._devices = {root.stat().st_dev}
        if SHARED_MEMORY.is_dir():
            self._devices.add(SHARED_MEMORY.stat().st_dev)
        self._known, self._next = 0, 0.0

    def bytes(self, processes: Iterable[int]) -> int:
        """Bytes that its files take, with those that only processes still hold.

        A deep or large tree takes long to look at; the last sum then stands for a while. A file
        that was removed and is only mapped into memory is not seen.

        Args:
            processes: Those that may hold files.

        Raises:
            UnreadableError: A folder in it can't be read, or a process's open files.
        """
        started = time.monotonic()
        if started >= self._next:
            self._known = _tree_bytes(self._root) + self._held_bytes(processes)
            ended = time.monotonic()
            self._next = ended + _REST * (ended - started)
        return self._known

    def free_bytes(self) -> int:
        """Bytes that are free where it lies."""
        info = os.statvfs(self._root)
        return info.f_bavail * info.f_frsize

    def _held_bytes(self, processes: Iterable[int]) -> int:
        sizes: dict[int, int] = {}
        with acting_as(self._user):
            for process in processes:
                for info in _open_files(process):
                    unnamed = stat.S_ISREG(info.st_mode) and info.st_nlink == 0
                    if unnamed and info.st_dev in self._devices:
                        sizes[info.st_ino] = info.st_blocks * BLOCK
        return sum(sizes.values())


def _tree_bytes(root: Path) -> int:
    # The program goes through trees that are deeper than a path may be long.
    return _du(root, "-B1") + NODE * _du(root, "--inodes")


def _du(root: Path, what: str) -> int:
    command = [program("du") or "du", "-s", "-x", what, "--", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if "Permission denied" in done.stderr:
        raise UnreadableError
    return int(done.stdout.split()[0]) if done.stdout else 0


def _open_files(process: int) -> Iterator[os.stat_result]:
    try:
        for file in Path(f"/proc/{process}/fd").iterdir():
            # It may be closed again, or lie at a path that is too long.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                yield file.stat()
    except PermissionError as error:
        raise UnreadableError from error
    # It has ended meanwhile.
    except (FileNotFoundError, ProcessLookupError):
        return
