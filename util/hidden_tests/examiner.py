"""Pose, answer and judge in one process, for a hidden test without an external grader.

This is for an instructor who runs their own notebook, and for plain nbgrader. The notebook's code
can tamper with a verdict reached here.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from typing import Any

from proctor.contract import judge_safely
from proctor.packet import decode, encode
from proctor.seeds import generator
from util.answering.packets import packet_bytes, read_packet
from util.answers import respond
from util.hidden_tests import CHECKS, POINTS


class NotPassed(Exception):  # noqa: N818
    """The exercise earned no points; the message says why."""


def examine(exercise: str, namespace: MutableMapping[str, Any]) -> float | None:
    """Examine one exercise; challenge and answer are passed as bytes, as between processes.

    Returns:
        None for full points, otherwise the points earned.

    Raises:
        NotPassed: No points were earned.
        KeyError: There is no such exercise.
    """
    check = CHECKS[exercise]
    challenge = check.pose(generator(secrets.randbits(128)))
    data, arrays = read_packet(encode(challenge))
    answer = decode(packet_bytes(respond(exercise, namespace, data, arrays)))
    if answer.data.get("status") == "undefined":
        raise NotPassed(f"The notebook does not define {exercise}.")
    if answer.data.get("status") == "raised":
        raise NotPassed(f"{exercise} raised {answer.data['type']}: {answer.data['message']}")
    verdict = judge_safely(check, challenge, answer)
    if verdict.score <= 0:
        raise NotPassed(verdict.message)
    return None if verdict.score >= 1 else round(verdict.score * POINTS, 2)
