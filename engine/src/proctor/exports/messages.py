"""What students are told, the same on every platform.

Of a receipt they see each exercise's name, points and message. Reasons, seeds, notes and whatever
else it holds are for the course's staff.
"""

from __future__ import annotations

from proctor.errors import ProctorError
from proctor.exports.outcome import Outcome
from proctor.results import ExerciseResult
from proctor.text import plain

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


def message(result: ExerciseResult, most: int = 2000) -> str:
    """What an exercise's verdict says."""
    return plain(result.message, most)


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
