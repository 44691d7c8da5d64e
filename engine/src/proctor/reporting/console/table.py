"""A grade table for a terminal: one line per student."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import NamedTuple

from proctor.cell_labels import CellKey, labels
from proctor.grading.coordinator import Recorded
from proctor.grading.gradebook.class_gradebook import Scores
from proctor.reporting.console.wrapped_table import wrapped
from proctor.results import NEEDS_MANUAL_GRADE, points_text
from proctor.text import one_line


class ExerciseColumn(NamedTuple):
    """What the table says of a test: its name or id, points and status."""

    name: str
    score: float
    status: str


@dataclass(frozen=True)
class GradeRow:
    """A submission's row in the table; much smaller than its receipts.

    Attributes:
        student: The student's id.
        exercises: Results of the tests, by notebook and cell.
        score: Points earned so far.
        max_score: Points to earn in tests.
        status: Status of the first notebook that is not ``graded``.
        reasons: Why notebooks need attention, and remarks for staff.
        sandboxes: Sandboxes in which notebooks ran.
        by_hand: What is marked by hand, by notebook and cell; None where a mark is missing.
        outstanding: Maximum points of what waits for a mark by hand.
        by_hand_max: Maximum points of what is marked by hand.
        releases: Releases that notebooks come from.
        names: Readable names of what is marked by hand.
    """

    student: str
    exercises: Mapping[CellKey, ExerciseColumn]
    score: float
    max_score: float
    status: str
    reasons: tuple[str, ...]
    sandboxes: tuple[str, ...]
    by_hand: Mapping[CellKey, float | None] = field(default_factory=dict)
    outstanding: float = 0.0
    by_hand_max: float = 0.0
    releases: tuple[str, ...] = ()
    names: Mapping[CellKey, str] = field(default_factory=dict)

    @classmethod
    def of(cls, recorded: Recorded) -> GradeRow:
        """Make the row of a submission."""
        receipts = recorded.receipts
        results = {key: one for receipt in receipts for key, one in receipt.by_key.items()}
        said = [receipt.reason for receipt in receipts if receipt.reason]
        return cls(
            student=recorded.student,
            exercises={
                key: ExerciseColumn(one.name or one.id, one.score, one.status)
                for key, one in results.items()
            },
            score=recorded.score,
            max_score=sum(one.max_score for one in results.values()),
            status=recorded.status,
            # An unreadable submission has the same reason for each of its notebooks.
            reasons=tuple(dict.fromkeys([*said, *recorded.remarks])),
            # Only notebooks that ran have a time; the others had no sandbox.
            sandboxes=tuple({receipt.sandbox: None for receipt in receipts if receipt.seconds}),
            by_hand={
                CellKey(receipt.stem, cell): score
                for receipt in receipts
                for cell, score in receipt.human.scores.items()
            },
            outstanding=recorded.outstanding_points,
            by_hand_max=sum(sum(receipt.human.points.values()) for receipt in receipts),
            releases=tuple({receipt.release: None for receipt in receipts if receipt.release}),
            names={key: name for receipt in receipts for key, name in receipt.names.items()},
        )

    @classmethod
    def set_aside(cls, name: str, why: str) -> GradeRow:
        """Make the row of a submission that was not sent to a worker."""
        return cls(name, {}, 0.0, 0.0, "needs_attention", (why,), ())

    def with_marks(self, marks: Scores, by_hand: Mapping[CellKey, float]) -> GradeRow:
        """Return the row with the gradebook's points, in which marks by hand count.

        Args:
            marks: The student's points; None where a mark is missing.
            by_hand: Maximum points of what is marked by hand.
        """
        exercises = {
            key: one if (mark := marks.get(key)) is None else one._replace(score=mark)
            for key, one in self.exercises.items()
        }
        given = {key: marks.get(key) for key in by_hand}
        points = [*(one.score for one in exercises.values()), *given.values()]
        return replace(
            self,
            exercises=exercises,
            score=sum(point or 0.0 for point in points),
            by_hand=given,
            outstanding=sum(most for key, most in by_hand.items() if given[key] is None),
            by_hand_max=sum(by_hand.values()),
        )

    @property
    def standing(self) -> str:
        """The status, which says where marks by hand are missing, too."""
        waits = self.status == "graded" and self.outstanding_cells
        return NEEDS_MANUAL_GRADE if waits else self.status

    @property
    def outstanding_cells(self) -> list[CellKey]:
        """The cells that wait for a mark by hand."""
        return [key for key, score in self.by_hand.items() if score is None]

    def cell(self, key: CellKey) -> str:
        """Return what stands in a cell's column: nothing while a mark by hand is missing."""
        if key in self.exercises:
            one = self.exercises[key]
            return f"{one.score:g} {one.status}"
        if key in self.by_hand:
            score = self.by_hand[key]
            return "" if score is None else f"{score:g}"
        return "-"


def grade_table(rows: Sequence[GradeRow]) -> str:
    """Format one line per student, with sandboxes and reasons for attention below the table."""
    names: dict[CellKey, str] = {}
    for row in rows:
        names |= {key: one.name for key, one in row.exercises.items()}
    for row in rows:
        names |= {key: row.names.get(key, key.cell) for key in row.by_hand}
    columns = labels(names, ("student", "total", "status"))
    texts = [["student", *columns.values(), "total", "status"]]
    for row in rows:
        total = points_text(row.score, row.max_score + row.by_hand_max, row.outstanding)
        cells = [row.cell(key) for key in columns]
        texts.append([one_line(row.student, 80), *cells, total, row.standing])
    return "\n".join([*wrapped(texts), *_sandboxes(rows), *_releases(rows), *_reasons(rows)])


def _reasons(rows: Sequence[GradeRow]) -> list[str]:
    found = [
        f"  {one_line(row.student, 80)}: {one_line(reason, 500)}"
        for row in rows
        for reason in row.reasons
    ]
    return ["", "Needs your attention:", *found] if found else []


def _sandboxes(rows: Sequence[GradeRow]) -> list[str]:
    found = dict.fromkeys(sandbox for row in rows for sandbox in row.sandboxes)
    return ["", *(f"Sandbox: {one_line(sandbox, 200)}." for sandbox in found)] if found else []


def _releases(rows: Sequence[GradeRow]) -> list[str]:
    """Count the submissions by release, if they come from more than one."""
    counts = Counter(release for row in rows for release in row.releases)
    if len(counts) < 2 and not any(";" in release for release in counts):
        return []
    found = sorted(counts.items())
    return ["", *(f"From {one_line(name, 200)}: {count}" for name, count in found)]


_SHOWN = 3


class Slowest:
    """Finds the slowest notebooks and cells of a run."""

    def __init__(self) -> None:
        self._notebooks: list[tuple[float, str]] = []
        self._cells: defaultdict[CellKey, list[float]] = defaultdict(list)
        self._names: dict[CellKey, str] = {}

    def add(self, recorded: Recorded) -> None:
        """Record a submission's times."""
        for receipt in recorded.receipts:
            self._names |= {key: one.name for key, one in receipt.by_key.items() if one.name}
            if receipt.seconds:
                entry = (receipt.seconds, f"{recorded.student} {receipt.notebook}")
                self._notebooks = heapq.nlargest(_SHOWN, [*self._notebooks, entry])
            for cell in receipt.cells:
                # A student's own cells are known only by position, so they are not compared.
                if not cell.cell.isdigit():
                    self._cells[CellKey(receipt.stem, cell.cell)].append(cell.seconds)

    def lines(self) -> list[str]:
        """Return the lines to print; none if nothing ran."""
        if not self._notebooks:
            return []
        names = labels({key: self._names.get(key, key.cell) for key in self._cells})
        cells = heapq.nlargest(
            _SHOWN, ((median(times), names[key], len(times)) for key, times in self._cells.items())
        )
        said = [f"  {seconds:6.1f} s  {one_line(name, 100)}" for seconds, name in self._notebooks]
        said += [
            f"  {seconds:6.1f} s  cell {one_line(name, 60)}, median of {count}"
            for seconds, name, count in cells
            if seconds >= 0.05
        ]
        return ["", "Slowest notebooks and cells:", *said]
