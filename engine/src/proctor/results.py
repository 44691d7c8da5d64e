"""What a graded notebook earned: one result per exercise, one receipt per notebook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ExerciseStatus = Literal["passed", "partial", "failed", "error", "timeout", "missing"]
SubmissionStatus = Literal["graded", "needs_attention"]

RECEIPT_VERSION = 2
RECEIPT_SUFFIX = ".receipt.json"

IN_KERNEL = "In-kernel verdict: scored by nbgrader's own rules."
"""Said of a test cell without a check; it is for the course's staff."""


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
        test: nbgrader's id of the test cell, under which the gradebook has the score.
        seed: Of the challenge, in hexadecimal; empty where nothing was asked.
    """

    id: str
    cell: str
    score: float
    max_score: float
    status: ExerciseStatus
    message: str
    misconception: str | None = None
    verdict: Literal["outside", "in-kernel"] = "outside"
    test: str = ""
    seed: str = ""


@dataclass(frozen=True)
class CellTime:
    """How long a cell ran.

    Attributes:
        cell: nbgrader's id of the cell, or its place in the notebook, from 1.
        seconds: Wall seconds, with what was asked of it from outside.
        mib: For the question of an exercise, MiB of memory that the notebook had come to need at
            most meanwhile, besides what it shares with the server; looked at now and then.
    """

    cell: str
    seconds: float
    mib: float = 0.0


@dataclass(frozen=True)
class HumanPart:
    """What is left to a human, or noted for one, in nbgrader's terms.

    Attributes:
        scores: For cells that a human grades: 0 where nothing was written, None where a human
            must look, by nbgrader's id of the cell.
        comments: For cells in which students write: nbgrader's comment on an empty answer.
    """

    scores: Mapping[str, float | None] = field(default_factory=dict)
    comments: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """What a graded notebook was made from, so that the grading can be done again.

    Attributes:
        bundle: Hash of the bundle that it was graded with; empty where there was none.
        submission: Fingerprint of the files that were graded.
        graded: SHA-256 of the graded notebook; empty where there is none.
        limits: What the notebook was allowed to use, by option.
    """

    bundle: str = ""
    submission: str = ""
    graded: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)


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
        sandbox: The sandbox that was in force; ``none`` is said, not left out.
        origin: What it was made from.
        human: What is left to a human.
        cells: The time that each cell took that was run, in the order in which they ran.
    """

    assignment: str
    notebook: str
    exercises: tuple[ExerciseResult, ...]
    status: SubmissionStatus = "graded"
    reason: str | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    sandbox: str = "none"
    origin: Origin = field(default_factory=Origin)
    human: HumanPart = field(default_factory=HumanPart)
    cells: tuple[CellTime, ...] = ()
    version: int = field(default=RECEIPT_VERSION)

    @property
    def score(self) -> float:
        """Points earned over all exercises."""
        return sum(exercise.score for exercise in self.exercises)

    @property
    def max_score(self) -> float:
        """Points to earn over all exercises."""
        return sum(exercise.max_score for exercise in self.exercises)

    def verdicts(self) -> str:
        """What was decided, as JSON: the same for the same work, wherever and whenever it ran."""
        return json.dumps([asdict(exercise) for exercise in self.exercises], sort_keys=True)

    def to_json(self) -> str:
        """The receipt as JSON, with a version."""
        return json.dumps(vars(self), indent=1, default=vars) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        """Read a receipt.

        Raises:
            ValueError: The text is no receipt of a version that this release reads.
        """
        raw: Mapping[str, Any] = json.loads(text)
        if raw.get("version") != RECEIPT_VERSION:
            raise ValueError(f"receipt version {raw.get('version')!r}, not {RECEIPT_VERSION}")
        for exercise in raw["exercises"]:
            int(exercise["seed"] or "0", 16)
        parts = {
            "exercises": tuple(ExerciseResult(**exercise) for exercise in raw["exercises"]),
            "notes": tuple(raw["notes"]),
            "origin": Origin(**raw["origin"]),
            "human": HumanPart(**raw["human"]),
            "cells": tuple(CellTime(**cell) for cell in raw["cells"]),
        }
        return cls(**{**raw, **parts})
