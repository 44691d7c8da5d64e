"""The folder through which challenges go in and answers come out."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from proctor.errors import PacketError, SubmissionError
from proctor.packet import DEFAULT_LIMIT, Packet, decode, encode

VARIABLE = "PROCTOR_EXCHANGE"
"""Environment variable that tells the kernel's side where the folder is."""


class Exchange:
    """Challenges and answers of one notebook's run, by exercise id."""

    def __init__(self, folder: Path, *, answer_bytes: int = DEFAULT_LIMIT) -> None:
        self.folder = folder
        self.answer_bytes = answer_bytes

    def pose(self, exercise: str, challenge: Packet) -> None:
        """Lay a challenge down, and take away whatever lies where its answer will be.

        Raises:
            PacketError: The challenge is no packet.
            SubmissionError: The notebook's code made the folder unusable.
        """
        blob = encode(challenge)
        path = self.folder / f"{exercise}.challenge.npz"
        try:
            # What was put there before the question was asked is not an answer to it.
            self._put_aside(self._answer(exercise))
            self._put_aside(path)
            # O_EXCL: never through a link, or into a fifo, that the notebook's code left here.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            with os.fdopen(handle, "wb") as file:
                file.write(blob)
        except OSError as error:
            raise SubmissionError(
                "A notebook leaves the folder of the questions alone.",
                found=f"a folder that can't be used ({error.strerror})",
                where=f"the question of {exercise}",
                remedy="look at what the notebook does there; the exercise is not answered",
            ) from error

    def collect(self, exercise: str) -> Packet | None:
        """Read an answer, or None where there is none.

        Raises:
            PacketError: There is something, but it is not a packet in a plain file.
        """
        path = self._answer(exercise)
        try:
            # O_NONBLOCK: opening a fifo must not wait for a writer.
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _not_plain(exercise, error.strerror or "unreadable") from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise _not_plain(exercise, "not a regular file")
        with os.fdopen(handle, "rb") as file:
            blob = file.read(self.answer_bytes + 1)
        return decode(blob, limit=self.answer_bytes, where=f"the answer of {exercise}")

    def _put_aside(self, path: Path) -> None:
        # A new name, not a deletion: it takes one step, be it a link, a fifo or a deep tree.
        if os.path.lexists(path):
            path.rename(self.folder / f".aside-{secrets.token_hex(8)}")

    def _answer(self, exercise: str) -> Path:
        return self.folder / f"{exercise}.answer.npz"


def _not_plain(exercise: str, found: str) -> PacketError:
    return PacketError(
        "An answer is a plain file.",
        found=found,
        where=f"the answer of {exercise}",
        remedy="nothing is read from it; the exercise counts as not answered",
    )
