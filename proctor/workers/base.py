"""What all kinds of workers offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from proctor.bundle.opening import OpenBundle
from proctor.grading.unit import Graded, Unit

Work = Callable[[Unit, OpenBundle], Graded]
"""What is done with a unit; it must be importable where the workers are."""


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
