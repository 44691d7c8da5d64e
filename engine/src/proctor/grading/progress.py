"""What a run reports: submissions that are graded and written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from proctor.results import Receipt, SubmissionStatus


@dataclass(frozen=True)
class Recorded:
    """A submission that is in the gradebook.

    Attributes:
        student: The student's id.
        receipts: One per notebook of the assignment.
        remarks: What a human should look at besides the receipts, in words.
    """

    student: str
    receipts: Sequence[Receipt]
    remarks: tuple[str, ...] = ()

    @property
    def status(self) -> SubmissionStatus:
        """The submission's status: the first of its notebooks' that is not ``graded``."""
        return next((r.status for r in self.receipts if r.status != "graded"), "graded")

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(receipt.score for receipt in self.receipts)

    @property
    def max_score(self) -> float:
        """Points to earn."""
        return sum(receipt.max_score for receipt in self.receipts)

    @property
    def seconds(self) -> float:
        """Wall seconds that its notebooks took."""
        return sum(receipt.seconds for receipt in self.receipts)


class Watcher(Protocol):
    """Follows a run, for a person or a log."""

    def begun(self, student: str) -> None:
        """A submission went to a worker."""

    def done(self, recorded: Recorded) -> None:
        """A submission's grades are written down."""
