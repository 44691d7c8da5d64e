"""Temporary folders that do not outlive their process, even where it is ended with SIGKILL.

Each holds a file that its process has locked. The operating system gives the lock up when the
process ends, however that ends, and whoever makes the next folder removes those without a holder.
They may hold a course's hidden tests, and must not lie around; and they may hold what notebooks
made, however deep or closed.
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
"""Bytes; a unix socket's path has 107, and some of them are for what lies in the folder."""


class TemporaryFolder:
    """A folder that only this user may read.

    Attributes:
        path: Where it is.
    """

    def __init__(self, *, short: bool = False) -> None:
        """Make it, and remove what processes left behind that have ended.

        Args:
            short: Its path is to be short enough for unix sockets in it; it is then made in the
                system's temporary folder where that of the environment has a long name.
        """
        sweep()
        usual = tempfile.gettempdir()
        place = _SYSTEM if short and len(os.fsencode(usual)) > _LONGEST else usual
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        part = self.path / f"{_ALIVE}.part"
        self._held = part.open("w")
        fcntl.flock(self._held, fcntl.LOCK_EX)
        # Not before it is locked may anybody see it under its name.
        part.rename(self.path / _ALIVE)

    def close(self) -> None:
        """Remove it; harmless if it is gone."""
        _remove(self.path)
        self._held.close()


@contextmanager
def temporary_folder(*, short: bool = False) -> Iterator[Path]:
    """A folder for as long as the block runs; see `TemporaryFolder`."""
    folder = TemporaryFolder(short=short)
    try:
        yield folder.path
    finally:
        folder.close()


def sweep() -> None:
    """Remove this user's folders whose processes have ended."""
    places = {Path(tempfile.gettempdir()), Path(_SYSTEM)}
    for path in (found for place in places for found in place.glob(f"{PREFIX}*/{_ALIVE}")):
        # Another process may be faster, or the folder another user's.
        with suppress(OSError):
            info = path.parent.lstat()
            own = stat.S_ISDIR(info.st_mode) and info.st_uid == os.getuid()
            if own and _is_abandoned(path):
                _remove(path.parent)


def _remove(folder: Path) -> None:
    # The lock's file last, and only if all else is gone: whoever is killed in the middle, or
    # meets a process that still writes, leaves what the next one finds.
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
