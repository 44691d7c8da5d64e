"""Input and output of workers, and the interface of all kinds of workers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from proctor.bundle.load import OpenBundle
from proctor.results import Receipt
from proctor.submission.releases import Release


@dataclass(frozen=True)
class Unit:
    """One submission, as sent to a worker.

    Attributes:
        student: The student's id.
        notebooks: The submitted notebooks' bytes, by name without extension.
        files: The submission's other files as a tar.
        seeds: Seeds of the challenges, by the check's id.
        fingerprint: Fingerprint of the submission's files.
        problem: Why it can't be graded at all; None if it can be tried.
        problems: Why single notebooks can't be graded, by name.
        notes: What staff should know of single notebooks, by name.
        doubts: Why a human should look at single notebooks all the same, by name.
        releases: The assignment's releases, as far as they are known.
    """

    student: str
    notebooks: Mapping[str, bytes] = field(default_factory=dict)
    files: bytes = b""
    seeds: Mapping[str, int] = field(default_factory=dict)
    fingerprint: str = ""
    problem: str | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)
    releases: Sequence[Release] = ()

    @property
    def size(self) -> int:
        """Total size of its files in bytes."""
        return len(self.files) + sum(map(len, self.notebooks.values()))


@dataclass(frozen=True)
class Graded:
    """The result of a submission.

    Attributes:
        student: The student's id.
        receipts: One per notebook of the assignment.
        notebooks: The graded notebooks' bytes by name; notebooks that were not run are left out.
    """

    student: str
    receipts: tuple[Receipt, ...]
    notebooks: Mapping[str, bytes] = field(default_factory=dict)


Work = Callable[[Unit, OpenBundle], Graded]
"""The function that grades a unit; workers must be able to import it."""

UNITS_PER_WORKER = 4
"""Units in flight per worker: the running one, those queued, and finished ones whose results are in
transit."""

MAX_BYTES_IN_FLIGHT = 256 * 1024 * 1024
"""Limit on the total bytes of submissions in flight; a single one may exceed it. The grader holds
them in memory several times: as read, as packed, and in transit."""

MAX_LOSSES = 1
"""How many worker losses a unit survives; it is given up after one more."""

WORKERS_ENDED = "every worker that tried it died"


@dataclass(frozen=True)
class UnitResult:
    """The outcome of a unit: graded or lost.

    Attributes:
        unit: The unit.
        graded: The result; None if the unit was lost.
        lost: Why it was lost, such as that every worker that tried it ended.
    """

    unit: Unit
    graded: Graded | None
    lost: str | None = None


class Workers(Protocol):
    """Workers that are ready for units."""

    @property
    def description(self) -> str:
        """Human-readable description of the workers."""

    def results(
        self, units: Iterable[Unit], started: Callable[[str], None] = ...
    ) -> Iterator[UnitResult]:
        """Work on units, and yield each result when it is done, in any order.

        Units are drawn a few at a time, so that a large class is never in memory as a whole.

        Args:
            units: The units to work on.
            started: Called with a student's id when the student's unit is sent to a worker.

        Raises:
            CourseError: No unit can be worked on here; see `grade_unit`.
        """


def draw(waiting: Iterator[Unit], under_way: Collection[Unit], limit: int) -> Iterator[Unit]:
    """Draw as many units as fit the limits on number and bytes.

    The size of a unit is known only when it is drawn, which reads the submission, so the last one
    drawn may exceed the limit on bytes.

    Args:
        waiting: Units that are not in flight yet.
        under_way: Units in flight.
        limit: How many units may be in flight.
    """
    room = limit - len(under_way)
    size = sum(unit.size for unit in under_way)
    while room > 0 and size < MAX_BYTES_IN_FLIGHT:
        unit = next(waiting, None)
        if unit is None:
            return
        room, size = room - 1, size + unit.size
        yield unit
