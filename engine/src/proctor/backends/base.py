"""What all kinds of workers offer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from proctor.backends.unit import Graded, Unit
from proctor.bundle.load import OpenBundle

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
class Done:
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
    def words(self) -> str:
        """What they are, in words, for the person who waits."""

    def results(self, units: Iterable[Unit], begun: Callable[[str], None] = ...) -> Iterator[Done]:
        """Work on units, and give each back when it is done, in any order.

        Units are drawn a few at a time, so that a large class is never in memory as a whole.

        Args:
            units: What is to be done.
            begun: Is told a student's id when the student's unit goes to a worker.

        Raises:
            CourseError: No unit can be worked on here; see `grade_unit`.
        """


def draw(waiting: Iterator[Unit], under_way: Collection[Unit], most: int) -> Iterator[Unit]:
    """As many units as there is room for, in number and in bytes; one at least may go.

    Drawing a unit reads a submission, so that the last one drawn may exceed the bytes.

    Args:
        waiting: Units that are not under way yet.
        under_way: Those that are.
        most: How many may be under way.
    """
    room = most - len(under_way)
    size = sum(unit.size for unit in under_way)
    while room > 0 and size < IN_FLIGHT:
        unit = next(waiting, None)
        if unit is None:
            return
        room, size = room - 1, size + unit.size
        yield unit
