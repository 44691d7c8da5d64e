"""What became of one submission, as a platform that sent it must be told."""

from __future__ import annotations

from dataclasses import dataclass

from proctor.results import ExerciseResult, Receipt


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
