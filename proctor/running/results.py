"""What a graded notebook earned: one result per exercise, one receipt per notebook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ExerciseStatus = Literal["passed", "partial", "failed", "error", "timeout", "missing"]
SubmissionStatus = Literal["graded", "needs_attention"]

RECEIPT_VERSION = 1
RECEIPT_SUFFIX = ".receipt.json"


@dataclass(frozen=True)
class ExerciseResult:
    """One exercise of one submission.

    Attributes:
        id: The check's id; where a graded cell has no check, its grade id.
        cell: The marker of the exercise's cell, such as ``UNQ_C1``.
        score: Points earned.
        max_score: Points to earn.
        status: passed, partial and failed are verdicts; error: the student's code raised;
            timeout: it ran too long; missing: the exercise is not there or not filled in.
        message: One or two sentences for the student.
        misconception: Identifier of a known mistake, if the answer matched one.
        verdict: ``outside`` the kernel by a check of the course's, or ``in-kernel`` by nbgrader's
            own rules, which student code can influence.
    """

    id: str
    cell: str
    score: float
    max_score: float
    status: ExerciseStatus
    message: str
    misconception: str | None = None
    verdict: Literal["outside", "in-kernel"] = "outside"


@dataclass(frozen=True)
class Receipt:
    """One graded notebook, as it is written beside the autograded one.

    Attributes:
        assignment: Name of the assignment.
        notebook: Name of the notebook's file, without folders.
        exercises: In the order of the notebook.
        status: ``needs_attention`` where a human should look before the grade counts.
        reason: Why it needs attention; None where it does not.
        notes: What was put right on the way in, such as a restored cell.
        seconds: Wall seconds.
        submission: Fingerprint of the files that were graded.
        sandbox: The sandbox that was in force; ``none`` is said, not left out.
    """

    assignment: str
    notebook: str
    exercises: tuple[ExerciseResult, ...]
    status: SubmissionStatus = "graded"
    reason: str | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    submission: str = ""
    sandbox: str = "none"
    version: int = field(default=RECEIPT_VERSION)

    @property
    def score(self) -> float:
        """Points earned over all exercises."""
        return sum(exercise.score for exercise in self.exercises)

    @property
    def max_score(self) -> float:
        """Points to earn over all exercises."""
        return sum(exercise.max_score for exercise in self.exercises)

    def to_json(self) -> str:
        """The receipt as JSON, with a version."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        """Read a receipt.

        Raises:
            ValueError: The text is no receipt of a version that this release reads.
        """
        raw: Mapping[str, Any] = json.loads(text)
        if raw.get("version") != RECEIPT_VERSION:
            raise ValueError(f"receipt version {raw.get('version')!r}, not {RECEIPT_VERSION}")
        exercises = tuple(ExerciseResult(**exercise) for exercise in raw["exercises"])
        notes = tuple(raw["notes"])
        return cls(**{**raw, "exercises": exercises, "notes": notes})
