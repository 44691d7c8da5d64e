"""The folder through which challenges go in and answers come out, on the kernel's side.

Hostile code can write to it, so nothing in it is trusted to be what it seems.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

VARIABLE = "PROCTOR_EXCHANGE"
"""Environment variable with the path of the folder, for the notebook's side."""


class ExchangeFolder:
    """Challenges and answers of one notebook, by name.

    The folder is opened before the notebook's code runs, and all operations are relative to that
    descriptor: even if the folder is replaced later, no other folder is ever written or read.
    """

    def __init__(self, folder: Path) -> None:
        """Open the folder.

        Raises:
            OSError: It does not exist.
        """
        self._folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)

    def close(self) -> None:
        """Close the folder."""
        os.close(self._folder)

    def put(self, exercise: str, blob: bytes) -> None:
        """Write a challenge, and move away whatever lies where its answer will be.

        Raises:
            OSError: The notebook's code made the folder unusable.
        """
        name = f"{exercise}.challenge.npz"
        # A file that was there before the challenge was posed is not an answer to it.
        self._put_aside(_answer(exercise))
        self._put_aside(name)
        # O_EXCL: never through a link, or into a FIFO, that the notebook's code left here.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(name, flags, 0o644, dir_fd=self._folder), "wb") as file:
            # Readable by everybody, whatever the umask: the notebook may run as another user.
            os.fchmod(file.fileno(), 0o644)
            file.write(blob)

    def get(self, exercise: str, limit: int) -> bytes | None:
        """Read an answer of at most ``limit`` bytes; None if there is no answer.

        Raises:
            OSError: The answer is not a regular file of at most that size.
        """
        # O_NONBLOCK: opening a FIFO must not wait for a writer.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            handle = os.open(_answer(exercise), flags, dir_fd=self._folder)
        except FileNotFoundError:
            return None
        try:
            info = os.fstat(handle)
            if not stat.S_ISREG(info.st_mode):
                raise OSError("not a regular file")
            # A hard link to a file elsewhere is not something that the notebook wrote.
            if info.st_nlink != 1:
                raise OSError("a file with several names")
            # One byte over the limit is enough to detect; a huge sparse file is not read.
            blob = os.read(handle, limit + 1)
        finally:
            os.close(handle)
        if len(blob) > limit:
            raise OSError(f"more than {limit:,} bytes")
        return blob

    def _put_aside(self, name: str) -> None:
        # Renamed, not deleted: that takes a single step, even for a deep tree.
        aside = f".aside-{secrets.token_hex(8)}"
        with contextlib.suppress(FileNotFoundError):
            os.rename(name, aside, src_dir_fd=self._folder, dst_dir_fd=self._folder)


def _answer(exercise: str) -> str:
    return f"{exercise}.answer.npz"
