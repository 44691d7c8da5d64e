"""The outcome of one submission, for reporting to the platform that sent it."""

from __future__ import annotations

from dataclasses import dataclass

from proctor.errors import ProctorError
from proctor.results import NEEDS_MANUAL_GRADE, ExerciseResult, Receipt, Totals
from proctor.text import one_line, plain


@dataclass(frozen=True)
class Outcome(Totals):
    """A verdict, a refusal or a failure.

    Attributes:
        assignment: Name of the assignment.
        receipts: One per notebook; empty if the grader failed before it had any.
        refused: Why nothing could be graded, for the student: no notebook was submitted, or the
            file is not a notebook. They get a zero and can submit again.
    """

    assignment: str
    receipts: tuple[Receipt, ...] = ()
    refused: str = ""

    @property
    def failed(self) -> bool:
        """Whether the grader failed to reach a verdict, so that no score must be reported."""
        return not self.refused and (not self.receipts or any(map(_was_not_graded, self.receipts)))

    @property
    def needs_attention(self) -> bool:
        """Whether staff should review the submission."""
        return any(receipt.status != "graded" for receipt in self.receipts)

    @property
    def outstanding_points(self) -> float:
        """Maximum points of what waits for a mark by hand: nothing does if there is nothing."""
        return 0.0 if self.refused else super().outstanding_points

    @property
    def judged(self) -> tuple[float, float]:
        """Points earned in tests, and their maximum, without what is marked by hand."""
        results = [one for receipt in self.receipts for one in receipt.exercises]
        return sum(one.score for one in results), sum(one.max_score for one in results)

    @property
    def standing(self) -> str:
        """Status for staff, in one word."""
        if self.failed:
            return "grader_failed"
        if self.refused:
            return "refused"
        if self.needs_attention:
            return "needs_attention"
        return NEEDS_MANUAL_GRADE if self.outstanding_points else "graded"


def _was_not_graded(receipt: Receipt) -> bool:
    return receipt.status != "graded" and not receipt.origin.graded


GRADER_FAILED = (
    "The grader itself failed. This is not a grade, and it says nothing about your work. Submit "
    "again later, or tell the course's staff."
)
STOPPED = (
    "Your notebook was stopped before its end. What it had reached by then counts; the course's "
    "staff can see that it needs a look."
)
TO_BE_SEEN = "The course's staff will look at this submission: the points below may change."


def title(result: ExerciseResult) -> str:
    """Return an exercise's display name."""
    names = dict.fromkeys(name for name in (result.cell, result.name or result.id) if name)
    return one_line(" ".join(names), 200)


def message(result: ExerciseResult, limit: int = 2000) -> str:
    """Return the message of an exercise's verdict."""
    return plain(result.message, limit)


def remark(outcome: Outcome) -> str:
    """Return a remark on the submission as a whole; often empty."""
    if outcome.failed:
        return GRADER_FAILED
    if outcome.refused:
        return plain(outcome.refused, 2000)
    return " ".join(dict.fromkeys(filter(None, map(notice, outcome.receipts))))


def notice(receipt: Receipt) -> str:
    """Return what a student is told of a notebook that staff should review; empty for others."""
    if receipt.status == "graded":
        return ""
    return STOPPED if receipt.stopped else TO_BE_SEEN


def refusal(error: ProctorError) -> str:
    """State why a submission can't be graded, for the student, without paths of this machine."""
    problem = plain(error.problem, 500)
    return f"{_sentence(problem)} {_sentence(error.why)} Put this right and submit again."


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."
