"""Challenges go to a notebook as packets, and answers come back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from proctor.contract import Check, Picture, draw_safely
from proctor.errors import PacketError, SubmissionError
from proctor.execution.session import Session
from proctor.packet import DEFAULT_LIMIT, Packet, decode, encode
from proctor.results import ExerciseStatus


class Post(Protocol):
    """Carries bytes to a notebook's folder and back, as a `KernelSlot` does."""

    def put(self, exercise: str, blob: bytes) -> None:
        """Lay a question down."""

    def get(self, exercise: str, limit: int) -> bytes | None:
        """Fetch an answer."""


class Exchange:
    """Challenges and answers of one notebook's run, by exercise id."""

    def __init__(self, post: Post, *, answer_bytes: int = DEFAULT_LIMIT) -> None:
        self._post = post
        self.answer_bytes = answer_bytes

    def pose(self, exercise: str, challenge: Packet) -> None:
        """Lay a challenge down.

        Raises:
            PacketError: The challenge is no packet.
            SubmissionError: The notebook's code made the folder unusable.
        """
        blob = encode(challenge)
        try:
            self._post.put(exercise, blob)
        except OSError as error:
            raise SubmissionError(
                "A notebook leaves the folder of the questions alone.",
                found=f"a folder that can't be used ({error})",
                where=f"the question of {exercise}",
                remedy="look at what the notebook does there; the exercise is not answered",
            ) from error

    def collect(self, exercise: str) -> Packet | None:
        """Read an answer, or None where there is none.

        Raises:
            PacketError: There is something, but it is not a packet in a plain file.
        """
        where = f"the answer of {exercise}"
        try:
            blob = self._post.get(exercise, self.answer_bytes)
        except OSError as error:
            raise PacketError(
                "An answer is a plain file of limited size.",
                found=str(error),
                where=where,
                remedy="nothing is read from it; the exercise counts as not answered",
            ) from error
        return None if blob is None else decode(blob, limit=self.answer_bytes, where=where)


_ANSWERED = ("passed", "partial", "failed")
"""Statuses of functions that gave an answer, and so may give another one."""


def illustrate(
    check: Check, status: ExerciseStatus, *, exchange: Exchange, session: Session, ask: str
) -> Sequence[Picture]:
    """Pose the check's illustration and draw what comes back.

    Nothing that goes wrong here is the student's loss: there is just no picture.

    Args:
        check: The exercise's hidden test.
        status: Its verdict.
        exchange: Carries question and answer.
        session: Runs the question.
        ask: Code that makes the notebook answer.

    Raises:
        KernelLost: The kernel did not survive the question.
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
