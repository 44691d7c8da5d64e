"""The only folders in which a notebook may write, created anew for each notebook."""

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
from proctor.files.temporary import remove_tree
from proctor.programs import program
from proctor.sandbox.linux.shared_memory import BLOCK, NODE, SHARED_MEMORY
from proctor.sandbox.linux.users import acting_as

PARTS = ("work", "home", "tmp")
_MAX_COPIED_BYTES = 64 * 1024 * 1024
"""Bytes of the assignment's files that are copied for each notebook; files beyond are linked."""


def lay_out(root: Path, given: Path, archive: bytes, *, linked: bool = False) -> None:
    """Create the folders, with the assignment's and the submission's files in ``work``.

    Args:
        root: The scratch folder; empty.
        given: The assignment's public files, read-only.
        archive: The submission's own files as a tar archive; of a file that is in both, its version
            counts, and of a file and a folder, what is given.
        linked: Whether there are links to the assignment's files in place of copies.
    """
    for part in PARTS:
        (root / part).mkdir(mode=0o700)
    unpack(archive, root / "work")
    _copy_assignment(given, root / "work", 0 if linked else _MAX_COPIED_BYTES)


def wipe(root: Path) -> bool:
    """Remove everything in the scratch folder, whatever a notebook did to it.

    Returns:
        Whether it is empty now.
    """
    # Landlock does not prevent a notebook from changing the modes of its user's files. The user of
    # the next notebook has to pass through.
    root.chmod(0o711)
    return all([remove_tree(entry) for entry in root.iterdir()])


def give_to(root: Path, user: int) -> None:
    """Make a user the owner of all laid out files; called before any notebook code runs."""
    for folder, _, files in os.walk(root):
        os.chown(folder, user, user)
        for name in files:
            os.chown(Path(folder, name), user, user, follow_symlinks=False)
    for part in PARTS:
        (root / part).chmod(0o700)
    os.chown(root, os.geteuid(), os.getegid())


def _copy_assignment(given: Path, work: Path, budget: int) -> None:
    # Copies, so that a notebook can write to its data without harm and without an error.
    for folder, _, files in os.walk(given, followlinks=True):
        target = work / Path(folder).relative_to(given)
        if target.is_file():
            target.unlink()
        target.mkdir(exist_ok=True)
        for name in sorted(files):
            source, copy = Path(folder, name), target / name
            if copy.is_file():
                continue
            if copy.is_dir():
                shutil.rmtree(copy)
            copy.unlink(missing_ok=True)
            info = source.stat()
            budget -= info.st_size
            if budget >= 0:
                shutil.copyfile(source, copy)
                # By this one sees whether the notebook has written it.
                os.utime(copy, ns=(info.st_atime_ns, info.st_mtime_ns))
            else:
                copy.symlink_to(source)


_PAUSE_FACTOR = 9
"""Pause before the next measurement, as a multiple of the time that the last one took."""


def used_bytes(root: Path) -> int:
    """Bytes used on a file system, names and folders included."""
    info = os.statvfs(root)
    nodes = info.f_files - info.f_ffree
    return (info.f_blocks - info.f_bfree) * info.f_frsize + nodes * NODE


class UnreadableError(Exception):
    """A notebook hides files, so that their size can't be measured."""


class FolderUsage:
    """Disk usage of a folder that lies among others' files, measured at intervals."""

    def __init__(self, root: Path, user: int | None) -> None:
        """Start measuring.

        Args:
            root: The folder.
            user: UID of the processes that write there, if not this process's.
        """
        self._root = root
        self._user = user
        self._devices = {root.stat().st_dev}
        if SHARED_MEMORY.is_dir():
            self._devices.add(SHARED_MEMORY.stat().st_dev)
        self._known, self._next = 0, 0.0

    def bytes(self, processes: Iterable[int]) -> int:
        """Bytes that its files take, including removed files that processes still hold open.

        A deep or large tree takes long to measure; the last sum is then reused for a while. A
        removed file that is only mapped into memory is not counted.

        Args:
            processes: PIDs of the processes that may hold files open.

        Raises:
            UnreadableError: A folder in it, or a process's list of open files, can't be read.
        """
        started = time.monotonic()
        if started >= self._next:
            self._known = _tree_bytes(self._root) + self._held_bytes(processes)
            ended = time.monotonic()
            self._next = ended + _PAUSE_FACTOR * (ended - started)
        return self._known

    def free_bytes(self) -> int:
        """Free bytes on the folder's file system."""
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
    # The program can traverse trees whose paths exceed the system's maximum length.
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
            # It may have been closed, or its path may be too long.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                yield file.stat()
    except PermissionError as error:
        raise UnreadableError from error
    # The process has ended meanwhile.
    except (FileNotFoundError, ProcessLookupError):
        return
