"""The only folders in which a notebook may write, laid out anew for each."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from proctor.files.archives import unpack
from proctor.files.removal import remove_tree
from proctor.programs import program
from proctor.sandbox.linux.shared_memory import BLOCK, NODE, SHARED_MEMORY
from proctor.sandbox.linux.users import acting_as

PARTS = ("work", "exchange", "home", "tmp")
_COPIED = 64 * 1024 * 1024
"""Bytes of given files that are copied for each notebook; what goes beyond them is linked."""


def lay_out(root: Path, given: Path, archive: bytes) -> None:
    """Make the folders, with the assignment's files and the submission's in ``work``.

    Args:
        root: The scratch folder; empty.
        given: The assignment's public files, which can't be written; they win over the
            submission's where names are the same.
        archive: The submission's own files as a tar.
    """
    for part in PARTS:
        (root / part).mkdir(mode=0o700)
    unpack(archive, root / "work")
    _bring(given, root / "work")


def wipe(root: Path) -> bool:
    """Remove everything in the scratch folder, whatever was made of it.

    Returns:
        Whether it is empty now.
    """
    # Landlock does not keep a notebook from changing the mode of what its user owns. Whoever the
    # next notebook runs as has to pass through.
    root.chmod(0o711)
    return all([remove_tree(entry) for entry in root.iterdir()])


def give_to(root: Path, user: int) -> None:
    """Make a user the owner of all that was laid out; before any code of the notebook runs."""
    for folder, _, files in os.walk(root):
        os.chown(folder, user, user)
        for name in files:
            os.chown(Path(folder, name), user, user, follow_symlinks=False)
    for part in PARTS:
        (root / part).chmod(0o700)
    os.chown(root, os.geteuid(), os.getegid())


def _bring(given: Path, work: Path) -> None:
    # Copies, so that a notebook that writes into its data does no harm and gets no error.
    budget = _COPIED
    for folder, _, files in os.walk(given, followlinks=True):
        target = work / Path(folder).relative_to(given)
        if target.is_file():
            target.unlink()
        target.mkdir(exist_ok=True)
        for name in sorted(files):
            source, copy = Path(folder, name), target / name
            if copy.is_dir():
                shutil.rmtree(copy)
            copy.unlink(missing_ok=True)
            budget -= source.stat().st_size
            if budget >= 0:
                shutil.copyfile(source, copy)
            else:
                copy.symlink_to(source)


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
