"""The results of a graded notebook: one per exercise, and one receipt per notebook."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

from proctor.cell_labels import CellKey
from proctor.text import listed

ExerciseStatus = Literal["passed", "partial", "failed", "error", "timeout", "missing"]
SubmissionStatus = Literal["graded", "needs_attention"]

RECEIPT_VERSION = 2
RECEIPT_SUFFIX = ".receipt.json"

NEEDS_MANUAL_GRADE = "needs_manual_grade"
"""Status of a graded submission whose marks by hand are outstanding; nbgrader's name for it."""

_LISTED = 10

IN_KERNEL = "In-kernel verdict: scored by nbgrader's own rules."
"""Message of a test cell without a check, for the course's staff."""


@dataclass(frozen=True)
class ExerciseResult:
    """One exercise of one submission.

    Attributes:
        id: The check's id; where a graded cell has no check, its grade id.
        cell: The marker of the exercise's cell, such as ``UNQ_C1``.
        score: Points earned.
        max_score: Maximum points.
        status: passed, partial and failed are verdicts; error: the student's code raised;
            timeout: it ran too long; missing: the exercise is absent or not filled in.
        message: One or two sentences for the student.
        misconception: Identifier of a known mistake, if the answer matched one.
        verdict: ``outside`` the kernel, by one of the course's checks; or ``in-kernel``, by
            nbgrader's own rules, which student code can influence.
        test: nbgrader's id of the test cell, under which the gradebook stores the score.
        seed: Seed of what the test draws, in hexadecimal; empty if it draws nothing.
        reason: Why the test was judged in the kernel, for the course's staff; empty otherwise.
        name: A readable name where the ids are made up; empty otherwise.
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
    reason: str = ""
    name: str = ""


@dataclass(frozen=True)
class CellTime:
    """Run time and memory of a cell.

    Attributes:
        cell: nbgrader's id of the cell, or its position in the notebook, from 1.
        seconds: Wall time in seconds, including a challenge posed from outside.
        mib: For an exercise's challenge, the notebook's peak memory meanwhile in MiB, without what
            it shares with the server; sampled periodically.
    """

    cell: str
    seconds: float
    mib: float = 0.0


@dataclass(frozen=True)
class HumanPart:
    """Scores and comments for manual grading, by nbgrader's id of the cell.

    Attributes:
        scores: For manually graded cells: 0 if nothing was written, None if staff must grade it.
        comments: For cells in which students write: nbgrader's comment on an empty answer.
        points: Maximum points of the manually graded cells.
        names: Readable names of those whose ids are made up.
    """

    scores: Mapping[str, float | None] = field(default_factory=dict)
    comments: Mapping[str, str | None] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def outstanding(self) -> tuple[str, ...]:
        """The cells that staff must grade."""
        return tuple(cell for cell, score in self.scores.items() if score is None)


@dataclass(frozen=True)
class Origin:
    """The inputs of a grading, so that it can be repeated.

    Attributes:
        bundle: Hash of the bundle used for grading; empty if there was none.
        submission: Fingerprint of the files that were graded.
        graded: SHA-256 of the graded notebook; empty if there is none.
        limits: Resource limits of the notebook, by option.
        release: The stamp of a release that the submission has; it may be forged.
    """

    bundle: str = ""
    submission: str = ""
    graded: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    release: str = ""


@dataclass(frozen=True)
class Receipt:
    """The record of one graded notebook, written beside the autograded notebook.

    Attributes:
        assignment: Name of the assignment.
        notebook: Name of the notebook's file, without folders.
        exercises: Results in notebook order.
        status: ``needs_attention`` if staff should review it before the grade counts.
        reason: Why it needs attention; None if it does not.
        notes: Corrections made to the submission, such as a restored cell.
        seconds: Wall time in seconds.
        sandbox: The sandbox used; the absence of one is recorded as ``none``.
        origin: The inputs of the grading.
        human: Scores and comments for manual grading.
        cells: Times of the cells that ran, in order of execution.
        release: From which release of the assignment it comes, as text; empty if unknown.
        stopped: Whether the notebook's run was ended before its end.
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
    release: str = ""
    stopped: bool = False
    version: int = field(default=RECEIPT_VERSION)

    @property
    def stem(self) -> str:
        """Name of the notebook, without extension."""
        return self.notebook.removesuffix(".ipynb")

    @property
    def score(self) -> float:
        """Points earned so far, without those that wait for a mark by hand."""
        by_hand = (score or 0.0 for score in self.human.scores.values())
        return sum(exercise.score for exercise in self.exercises) + sum(by_hand)

    @property
    def max_score(self) -> float:
        """Maximum points, with those that are marked by hand."""
        exercises = sum(exercise.max_score for exercise in self.exercises)
        return exercises + sum(self.human.points.values())

    @property
    def outstanding_points(self) -> float:
        """Maximum points of the cells that wait for a mark by hand."""
        return sum(self.human.points.get(cell, 0.0) for cell in self.human.outstanding)

    def key_of(self, result: ExerciseResult) -> CellKey:
        """Return notebook and test cell of one of the results."""
        return CellKey(self.stem, result.test or result.id)

    @property
    def by_key(self) -> dict[CellKey, ExerciseResult]:
        """Results by notebook and test cell."""
        return {self.key_of(one): one for one in self.exercises}

    @property
    def names(self) -> dict[CellKey, str]:
        """Readable names of manually graded cells, by notebook and cell."""
        return {CellKey(self.stem, cell): name for cell, name in self.human.names.items()}

    def verdicts(self) -> str:
        """Return the results as JSON; the same work gives the same text on any machine."""
        return json.dumps([asdict(exercise) for exercise in self.exercises], sort_keys=True)

    def to_json(self) -> str:
        """Return the receipt as JSON, with a version."""
        return json.dumps(vars(self), indent=1, default=vars) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        """Read a receipt.

        Raises:
            ValueError: The text is not a receipt of a version that this release supports.
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


class HasReceipts(Protocol):
    """A submission with one receipt per notebook."""

    @property
    def receipts(self) -> Sequence[Receipt]:
        """The receipts."""


class Totals:
    """Sums over a submission's receipts, for classes that have them."""

    @property
    def score(self: HasReceipts) -> float:
        """Points earned in all notebooks."""
        return sum(receipt.score for receipt in self.receipts)

    @property
    def max_score(self: HasReceipts) -> float:
        """Maximum points of all notebooks."""
        return sum(receipt.max_score for receipt in self.receipts)

    @property
    def outstanding_points(self: HasReceipts) -> float:
        """Maximum points of the cells that wait for a mark by hand."""
        return sum(receipt.outstanding_points for receipt in self.receipts)

    @property
    def seconds(self: HasReceipts) -> float:
        """Wall-clock seconds that all notebooks took."""
        return sum(receipt.seconds for receipt in self.receipts)


def points_text(score: float, max_score: float, outstanding: float = 0.0, unit: str = "") -> str:
    """Format points as in ``10 of 15, 5 by hand``.

    Args:
        score: Points earned so far.
        max_score: Maximum points.
        outstanding: Maximum points of what waits for a mark by hand.
        unit: What follows the maximum, such as " points".
    """
    waiting = f", {outstanding:g} by hand" if outstanding else ""
    return f"{score:g} of {max_score:g}{unit}{waiting}"


def outstanding_text(cells: Sequence[str]) -> str:
    """State which cells wait for a mark by hand; empty if none does."""
    return f"marks by hand are outstanding: {listed(cells, _LISTED)}" if cells else ""
