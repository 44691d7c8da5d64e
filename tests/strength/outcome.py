"""What one student's inputs make of a solution."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What one student's inputs made of a solution.

    Attributes:
        student: Number of the student.
        score: Share of the points.
        message: What the student is told.
        misconception: What the verdict carries.
        raised: Name of the exception that ended it.
    """

    student: int
    score: float
    message: str
    misconception: str | None
    raised: str | None
