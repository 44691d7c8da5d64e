"""Temporary folders that are cleaned up even if their process is killed with SIGKILL.

Each contains a file that its process has locked. The operating system releases the lock when the
process ends, however it ends, and the process that creates the next folder removes those whose
lock is free. The folders may contain a course's hidden tests, which must not be left behind, and
files made by notebooks, however deeply nested or unreadable.

`remove_tree` removes a tree that hostile code may have made, and may still be changing.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from proctor.programs import program

PREFIX, _ALIVE = "proctor-", ".alive"
_SYSTEM = "/tmp"  # noqa: S108 - the folder itself is made by mkdtemp
_LONGEST = 60
"""Maximum bytes of the parent's path; a Unix socket's has 107, including names in the folder."""
_ACCESS_SECONDS = 60.0
"""Maximum seconds for giving the owner access to the folders of a tree before it is removed."""


class TemporaryFolder:
    """A folder that only this user can read.

    Attributes:
        path: Path of the folder.
    """

    def __init__(self, *, short: bool = False) -> None:
        """Create the folder, and remove leftovers of processes that have ended.

        Args:
            short: Whether its path must be short enough for Unix sockets in it; it is then created
                in the system's temporary folder if that of the environment has a long path.
        """
        sweep()
        usual = tempfile.gettempdir()
        place = _SYSTEM if short and len(os.fsencode(usual)) > _LONGEST else usual
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        part = self.path / f"{_ALIVE}.part"
        self._held = part.open("w")
        fcntl.flock(self._held, fcntl.LOCK_EX)
        # Renamed only now, so that no other process sees it unlocked.
        part.rename(self.path / _ALIVE)

    def close(self) -> None:
        """Remove the folder, if it still exists."""
        _remove(self.path)
        self._held.close()


@contextmanager
def temporary_folder(*, short: bool = False) -> Iterator[Path]:
    """Provide a folder for the duration of the block; see `TemporaryFolder`."""
    folder = TemporaryFolder(short=short)
    try:
        yield folder.path
    finally:
        folder.close()


def sweep() -> None:
    """Remove this user's temporary folders whose processes have ended."""
    places = {Path(tempfile.gettempdir()), Path(_SYSTEM)}
    for path in (found for place in places for found in place.glob(f"{PREFIX}*/{_ALIVE}")):
        # Another process may have removed it already, or it may be another user's.
        with suppress(OSError):
            info = path.parent.lstat()
            own = stat.S_ISDIR(info.st_mode) and info.st_uid == os.getuid()
            if own and _is_abandoned(path):
                _remove(path.parent)


def _remove(folder: Path) -> None:
    # The lock file is removed last, and only if all else is gone: if this process is killed, or
    # another still writes to the folder, the next sweep finds it.
    with suppress(OSError):
        if all([remove_tree(path) for path in folder.iterdir() if path.name != _ALIVE]):
            remove_tree(folder)


def _is_abandoned(path: Path) -> bool:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def remove_tree(path: Path) -> bool:
    """Remove a file, or a folder with its contents; links are not followed.

    `shutil.rmtree` is not used: a tree may be deeper than Python's stack, and its folders
    unreadable.

    Args:
        path: The file or folder; it need not exist.

    Returns:
        Whether it is gone.
    """
    _delete(path)
    if not path.is_symlink() and path.is_dir():
        with suppress(OSError):
            _grant_access(path)
        _delete(path)
    return not (path.is_symlink() or path.exists())


def _delete(path: Path) -> None:
    found = program("rm")
    if found is None:
        shutil.rmtree(path, ignore_errors=True)
        return
    subprocess.run([found, "-rf", "--", str(path)], capture_output=True, check=False)  # noqa: S603


def _grant_access(root: Path) -> None:
    """Give the owner access to all folders of a tree, and flatten it.

    ``chmod -R`` is not used: it changes the mode of a file outside the tree if a name in it is
    replaced by a link at the right moment. Here a descriptor keeps hold of a folder while its mode
    is changed, even if it is renamed, and its subfolders are moved to the top, so that no path is
    long.
    """
    end = time.monotonic() + _ACCESS_SECONDS
    # Random, so that no name in the tree collides with them.
    new = (f".{secrets.token_hex(8)}-{number}" for number in count())
    top, ahead = _open_folder(str(root), None), ["."]
    try:
        while ahead and time.monotonic() < end:
            with suppress(OSError), _closing(_open_folder(ahead.pop(), top)) as folder:
                for name in os.listdir(folder):  # noqa: PTH208 - by descriptor
                    # Anything but a folder fails to open, and stays where it is.
                    with suppress(OSError), _closing(_open_folder(name, folder)):
                        moved = next(new)
                        os.rename(name, moved, src_dir_fd=folder, dst_dir_fd=top)
                        ahead.append(moved)
    finally:
        os.close(top)


@contextmanager
def _closing(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open_folder(name: str, within: int | None) -> int:
    """Open a folder after giving its owner all rights to it.

    Raises:
        OSError: It is not a folder, or is another user's.
    """
    flags = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    # Without O_PATH, an unreadable folder stays as it is.
    held = os.open(name, flags | getattr(os, "O_PATH", 0), dir_fd=within)
    try:
        try:
            Path(f"/proc/self/fd/{held}").chmod(0o700)
        except OSError:
            # A process that is not dumpable can't access this path; root need not change modes.
            if os.geteuid() == 0:
                raise
            os.chmod(name, 0o700, dir_fd=within)
        return os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=held)
    finally:
        os.close(held)
