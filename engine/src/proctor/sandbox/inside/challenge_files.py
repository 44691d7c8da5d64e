"""The folder through which questions go in and answers come out, on the kernel's side.

Hostile code can write in it, so nothing in it is trusted to be what it seems.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

VARIABLE = "PROCTOR_EXCHANGE"
"""Environment variable that tells the notebook's side where the folder is."""


class ExchangeFolder:
    """Questions and answers of one notebook, by name.

    The folder is opened before the notebook's code runs, and everything is done relative to that
    descriptor: whatever is put in the folder's place later, nothing else is ever written or read.
    """

    def __init__(self, folder: Path) -> None:
        """Open the folder.

        Raises:
            OSError: It is not there.
        """
        self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._folder)

    def put(self, exercise: str, blob: bytes) -> None:
        """Lay a question down, and take away whatever lies where its answer will be.

        Raises:
            OSError: The notebook's code made the folder unusable.
        """
        name = f"{exercise}.challenge.npz"
        # What was put there before the question was asked is not an answer to it.
        self._put_aside(_answer(exercise))
        self._put_aside(name)
        # O_EXCL: never through a link, or into a fifo, that the notebook's code left here.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(name, flags, 0o644, dir_fd=self._folder), "wb") as file:
            # For everybody, whatever this process's umask is: the notebook may be another user's.
            os.fchmod(file.fileno(), 0o644)
            file.write(blob)

    def get(self, exercise: str, limit: int) -> bytes | None:
        """Read an answer of at most so many bytes, or None where there is none.

        Raises:
            OSError: There is something, but not a plain file of at most that size.
        """
        # O_NONBLOCK: opening a fifo must not wait for a writer.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            handle = os.open(_answer(exercise), flags, dir_fd=self._folder)
        except FileNotFoundError:
            return None
        try:
            info = os.fstat(handle)
            if not stat.S_ISREG(info.st_mode):
                raise OSError("not a regular file")
            # Another name of a file that lies elsewhere is not what the notebook wrote.
            if info.st_nlink != 1:
                raise OSError("a file with several names")
            # One byte more than allowed is enough to know; a sparse giant is not read.
            blob = os.read(handle, limit + 1)
        finally:
            os.close(handle)
        if len(blob) > limit:
            raise OSError(f"more than {limit:,} bytes")
        return blob

    def _put_aside(self, name: str) -> None:
        # A new name, not a deletion: it takes one step, be it a link, a fifo or a deep tree.
        aside = f".aside-{secrets.token_hex(8)}"
        with contextlib.suppress(FileNotFoundError):
            os.rename(name, aside, src_dir_fd=self._folder, dst_dir_fd=self._folder)


def _answer(exercise: str) -> str:
    return f"{exercise}.answer.npz"
