"""What came of a check, as the test's side tells it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from proctor.checks.check import Picture, Verdict
from proctor.execution.session import KernelLost


@dataclass(frozen=True)
class CheckOutcome:
    """What came of a check; exactly one of the first seven is set.

    Attributes:
        verdict: Its verdict.
        undefined: What the notebook lacks, as a sentence.
        raised: What the student's code raised: the type's name and the text.
        refused: Why what came back is not what the solution gives.
        lost: Why the student's kernel was lost, if it was.
        timed_out: Whether it ran too long.
        fault: How the check itself failed.
        uses: What it did with the student's objects.
        draws: Whether it draws pictures, too.
        pictures: What it has drawn.
    """

    verdict: Verdict | None = None
    undefined: str = ""
    raised: tuple[str, str] | None = None
    refused: str = ""
    lost: KernelLost | None = None
    timed_out: bool = False
    fault: str = ""
    uses: Sequence[str] = ()
    draws: bool = False
    pictures: Sequence[Picture] = ()


def read_outcome(told: Mapping[str, Any]) -> CheckOutcome:
    """Read what the test's side has told; it runs no code of a student's."""
    if "uses" not in told:
        return CheckOutcome(fault=str(told.get("fault", "it was interrupted")))
    uses = tuple(told["uses"])
    if "score" in told:
        verdict = Verdict(told["score"], told["message"], told["misconception"])
        return CheckOutcome(verdict=verdict, uses=uses, draws=told["draws"])
    if "raised" in told:
        return CheckOutcome(raised=(told["raised"], told["text"]), uses=uses)
    if "lost" in told:
        return CheckOutcome(refused=told["lost"], uses=uses)
    return CheckOutcome(
        undefined=told.get("undefined", ""),
        refused=told.get("refused", ""),
        fault=told.get("fault", ""),
        uses=uses,
    )


def read_pictures(told: Mapping[str, Any]) -> tuple[Picture, ...]:
    """Read the pictures that the test's side has drawn; none if it could not."""
    return tuple(
        Picture(one["title"], one["alt"], base64.b64decode(one["jpeg"]))
        for one in told.get("pictures", ())
    )
