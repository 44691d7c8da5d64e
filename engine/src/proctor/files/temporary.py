"""Temporary folders that are cleaned up even if their process is killed with SIGKILL.

Each contains a file that its process has locked. The operating system releases the lock when the
process ends, however it ends, and the process that creates the next folder removes those whose
lock is free. The folders may contain a course's hidden tests, which must not be left behind, and
files made by notebooks, however deeply nested or unreadable.
"""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from proctor.files.removal import remove_tree

PREFIX, _ALIVE = "proctor-", ".alive"
_SYSTEM = "/tmp"  # noqa: S108 - the folder itself is made by mkdtemp
_LONGEST = 60
"""Maximum bytes of the parent's path; a Unix socket's has 107, including names in the folder."""


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
