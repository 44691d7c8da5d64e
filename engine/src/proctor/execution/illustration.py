"""Ask an exercise for something to look at, once its verdict stands."""

from __future__ import annotations

from collections.abc import Sequence

from proctor.contract import Check, Picture, draw_safely
from proctor.errors import PacketError, SubmissionError
from proctor.execution.challenges import Exchange
from proctor.execution.session import Session
from proctor.results import ExerciseStatus

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
