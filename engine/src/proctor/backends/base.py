"""What workers get, what they give back, and what all kinds of them offer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from proctor.bundle.load import OpenBundle
from proctor.results import Receipt


@dataclass(frozen=True)
class Unit:
    """One submission, as a worker gets it.

    Attributes:
        student: The student's id.
        notebooks: The submitted notebooks' bytes, by name without extension.
        files: The submission's other files as a tar.
        seeds: Of the challenges, by the check's id.
        fingerprint: Of the submission's files.
        problem: Why it can't be graded at all; None where it may be tried.
    """

    student: str
    notebooks: Mapping[str, bytes] = field(default_factory=dict)
    files: bytes = b""
    seeds: Mapping[str, int] = field(default_factory=dict)
    fingerprint: str = ""
    problem: str | None = None

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return len(self.files) + sum(map(len, self.notebooks.values()))


@dataclass(frozen=True)
class Graded:
    """What became of a submission.

    Attributes:
        student: The student's id.
        receipts: One per notebook of the assignment.
        notebooks: The graded notebooks' bytes by name; none for a notebook that was not run.
    """

    student: str
    receipts: tuple[Receipt, ...]
    notebooks: Mapping[str, bytes] = field(default_factory=dict)


Work = Callable[[Unit, OpenBundle], Graded]
"""What is done with a unit; it must be importable where the workers are."""

AHEAD = 4
"""Units that are under way per worker: one that runs, those that come next, and those that are done
and on their way back."""

IN_FLIGHT = 256 * 1024 * 1024
"""Bytes of submissions that are under way together; one alone may have more. The grader's memory
holds them a few times over: as they were read, as they were packed, and on their way."""

LOSSES = 1
"""How many workers a unit may take with it before it is given up: the second is one too many."""

WORKERS_ENDED = "every worker that tried it came to an end"


@dataclass(frozen=True)
class UnitResult:
    """A unit that is done with.

    Attributes:
        unit: The unit.
        graded: What became of it; None where it was lost.
        lost: Why it was lost: it took the workers with it that tried it.
    """

    unit: Unit
    graded: Graded | None
    lost: str | None = None


class Workers(Protocol):
    """Workers that are ready."""

    @property
    def description(self) -> str:
        """What they are, in words, for the person who waits."""

    def results(
        self, units: Iterable[Unit], started: Callable[[str], None] = ...
    ) -> Iterator[UnitResult]:
        """Work on units, and give each back when it is done, in any order.

        Units are drawn a few at a time, so that a large class is never in memory as a whole.

        Args:
            units: What is to be done.
            started: Is told a student's id when the student's unit goes to a worker.

        Raises:
            CourseError: No unit can be worked on here; see `grade_unit`.
        """


def draw(waiting: Iterator[Unit], under_way: Collection[Unit], limit: int) -> Iterator[Unit]:
    """As many units as there is room for, in number and in bytes; one at least may go.

    Drawing a unit reads a submission, so that the last one drawn may exceed the bytes.

    Args:
        waiting: Units that are not under way yet.
        under_way: Those that are.
        limit: How many may be under way.
    """
    room = limit - len(under_way)
    size = sum(unit.size for unit in under_way)
    while room > 0 and size < IN_FLIGHT:
        unit = next(waiting, None)
        if unit is None:
            return
        room, size = room - 1, size + unit.size
        yield unit
