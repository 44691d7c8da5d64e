"""Send challenges to a notebook as packets, and read its answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from proctor.contract import Check, Picture, draw_safely
from proctor.errors import PacketError, SubmissionError
from proctor.execution.session import Session
from proctor.packet import DEFAULT_LIMIT, Packet, decode, encode
from proctor.results import ExerciseStatus


class Transport(Protocol):
    """Transfers bytes to and from a notebook's folder, as `KernelSlot` does."""

    def put(self, exercise: str, blob: bytes) -> None:
        """Write a challenge."""

    def get(self, exercise: str, limit: int) -> bytes | None:
        """Read an answer."""


class Exchange:
    """Challenges and answers of one notebook's run, by exercise id."""

    def __init__(self, transport: Transport, *, answer_bytes: int = DEFAULT_LIMIT) -> None:
        self._transport = transport
        self.answer_bytes = answer_bytes

    def pose(self, exercise: str, challenge: Packet) -> None:
        """Write a challenge.

        Raises:
            PacketError: The challenge can't be encoded as a packet.
            SubmissionError: The notebook's code made the folder unusable.
        """
        blob = encode(challenge)
        try:
            self._transport.put(exercise, blob)
        except OSError as error:
            raise SubmissionError(
                f"the folder for challenges can't be used ({error})",
                why="the notebook's code has changed it, so that the exercise can't be tested",
                where=f"the challenge of {exercise}",
                remedy="look at what the notebook does there; the exercise is not answered",
            ) from error

    def collect(self, exercise: str) -> Packet | None:
        """Read an answer; None if there is none.

        Raises:
            PacketError: The answer is not a packet in a plain file.
        """
        where = f"the answer of {exercise}"
        try:
            blob = self._transport.get(exercise, self.answer_bytes)
        except OSError as error:
            raise PacketError(
                f"the answer can't be read: {error}",
                why="an answer is a regular file of limited size",
                where=where,
                remedy="nothing is read from it; the exercise counts as not answered",
            ) from error
        return None if blob is None else decode(blob, limit=self.answer_bytes, where=where)


_ANSWERED = ("passed", "partial", "failed")
"""Statuses of functions that gave an answer, and so can answer an illustration too."""


def illustrate(
    check: Check, status: ExerciseStatus, *, exchange: Exchange, session: Session, ask: str
) -> Sequence[Picture]:
    """Pose the check's illustration and draw the answer.

    Failures here do not affect the score; there is just no picture.

    Args:
        check: The exercise's hidden test.
        status: Status of its result.
        exchange: Carries challenge and answer.
        session: Runs the code that answers.
        ask: Code that makes the notebook answer.

    Raises:
        KernelLost: The kernel was lost while it answered.
    """
    if check.illustration is None or status not in _ANSWERED:
        return ()
    question = check.illustration.pose()
    try:
        exchange.pose(check.id, question)
        session.run(ask)
        answer = exchange.collect(check.id)
    except (PacketError, SubmissionError):
        return ()
    if answer is None or answer.data.get("status") != "answered":
        return ()
    return draw_safely(check.illustration, question, answer)
