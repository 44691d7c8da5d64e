"""What became of one submission, as a platform that sent it must be told."""

from __future__ import annotations

from dataclasses import dataclass

from proctor.errors import ProctorError
from proctor.results import ExerciseResult, Receipt
from proctor.text import plain


@dataclass(frozen=True)
class Outcome:
    """A verdict, a refusal or a failure.

    Attributes:
        assignment: Name of the assignment.
        receipts: One per notebook; none where the grader failed before it had any.
        refused: Why nothing could be graded, for the student: no notebook was handed in, or what
            was handed in is none. They get a zero that they can put right.
    """

    assignment: str
    receipts: tuple[Receipt, ...] = ()
    refused: str = ""

    @property
    def failed(self) -> bool:
        """Whether there is no verdict, and not by the student's fault: no score may be given."""
        return not self.refused and (not self.receipts or any(map(_set_aside, self.receipts)))

    @property
    def needs_attention(self) -> bool:
        """Whether a human should look at it."""
        return any(receipt.status != "graded" for receipt in self.receipts)

    @property
    def exercises(self) -> tuple[ExerciseResult, ...]:
        """Of all notebooks."""
        return tuple(one for receipt in self.receipts for one in receipt.exercises)

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(receipt.score for receipt in self.receipts)

    @property
    def max_score(self) -> float:
        """Points to earn."""
        return sum(receipt.max_score for receipt in self.receipts)


def _set_aside(receipt: Receipt) -> bool:
    return receipt.status != "graded" and not receipt.origin.graded


GRADER_FAILED = (
    "The grader itself failed. This is not a grade, and it says nothing about your work. Submit "
    "again later, or tell the course's staff."
)
STOPPED = (
    "Your notebook was stopped before its end. What it had reached by then counts; the course's "
    "staff can see that it needs a look."
)


def title(result: ExerciseResult) -> str:
    """What an exercise is called."""
    names = dict.fromkeys(name for name in (result.cell, result.id) if name)
    return plain(" ".join(names), 200)


def message(result: ExerciseResult, limit: int = 2000) -> str:
    """What an exercise's verdict says."""
    return plain(result.message, limit)


def remark(outcome: Outcome) -> str:
    """What there is to say of a submission as a whole; often nothing."""
    if outcome.failed:
        return GRADER_FAILED
    if outcome.refused:
        return plain(outcome.refused, 2000)
    return STOPPED if outcome.needs_attention else ""


def refusal(error: ProctorError) -> str:
    """Why a submission can't be graded, for the student; it names no place on this machine."""
    return f"{error.rule} Found: {plain(error.found, 500)}. Put this right and submit again."
