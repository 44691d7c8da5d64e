"""The folder through which questions go in and answers come out, on the kernel's side.

Hostile code can write in it, so nothing in it is trusted to be what it seems.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

VARIABLE = "PROCTOR_EXCHANGE"
"""Environment variable that tells the notebook's side where the folder is."""


class ExchangeFolder:
    """Questions and answers of one notebook, by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, exercise: str, blob: bytes) -> None:
        """Lay a question down, and take away whatever lies where its answer will be.

        Raises:
            OSError: The notebook's code made the folder unusable.
        """
        path = self.folder / f"{exercise}.challenge.npz"
        # What was put there before the question was asked is not an answer to it.
        self._put_aside(self._answer(exercise))
        self._put_aside(path)
        # O_EXCL: never through a link, or into a fifo, that the notebook's code left here.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(blob)

    def get(self, exercise: str, limit: int) -> bytes | None:
        """Read an answer of at most so many bytes, or None where there is none.

        Raises:
            OSError: There is something, but not a plain file of at most that size.
        """
        try:
            # O_NONBLOCK: opening a fifo must not wait for a writer.
            handle = os.open(self._answer(exercise), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError("not a regular file")
            # One byte more than allowed is enough to know; a sparse giant is not read.
            blob = os.read(handle, limit + 1)
        finally:
            os.close(handle)
        if len(blob) > limit:
            raise OSError(f"more than {limit:,} bytes")
        return blob

    def _put_aside(self, path: Path) -> None:
        # A new name, not a deletion: it takes one step, be it a link, a fifo or a deep tree.
        if os.path.lexists(path):
            path.rename(self.folder / f".aside-{secrets.token_hex(8)}")

    def _answer(self, exercise: str) -> Path:
        return self.folder / f"{exercise}.answer.npz"
