"""Show how a run goes on: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from proctor.grading.coordinator import Observer, Recorded
from proctor.text import one_line

_NAMES = 3
"""Current students that the bar names."""


class PlainProgress:
    """A line per submission."""

    def __init__(self, total: int, file: TextIO) -> None:
        self._total, self._file = total, file
        self._count = 0

    def started(self, student: str) -> None:
        """Nothing is said until it is done."""

    def finished(self, recorded: Recorded) -> None:
        """Say what a submission earned."""
        self._count += 1
        print(
            f"[{self._count}/{self._total}] {one_line(recorded.student, 80)}: {recorded.status}, "
            f"{recorded.score:g} of {recorded.max_score:g} points, {recorded.seconds:.1f} s",
            file=self._file,
            flush=True,
        )


class LiveProgress:
    """A bar with counts by status, the time left, and who is being graded."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=total, counts="", current="")
        self._counts: Counter[str] = Counter()
        self._current: dict[str, None] = {}

    def started(self, student: str) -> None:
        """Name a student among those under way."""
        self._current[student] = None
        self._show()

    def finished(self, recorded: Recorded) -> None:
        """Count a submission."""
        self._current.pop(recorded.student, None)
        self._counts[recorded.status] += 1
        self._progress.advance(self._task)
        self._show()

    def _show(self) -> None:
        names = [one_line(student, 20) for student in list(self._current)[:_NAMES]]
        more = len(self._current) - len(names)
        self._progress.update(
            self._task,
            counts=", ".join(f"{n} {status}" for status, n in sorted(self._counts.items())),
            current=", ".join(names) + (f" and {more} more" if more > 0 else ""),
        )


class Observers:
    """Tells two watchers of a run what happens."""

    def __init__(self, one: Observer, other: Observer) -> None:
        self._observers = (one, other)

    def started(self, student: str) -> None:
        """A submission went to a worker."""
        for observer in self._observers:
            observer.started(student)

    def finished(self, recorded: Recorded) -> None:
        """A submission's grades are written down."""
        for observer in self._observers:
            observer.finished(recorded)


@contextmanager
def progress(total: int, file: TextIO) -> Iterator[PlainProgress | LiveProgress]:
    """Show progress in a file: live where it is a terminal.

    Args:
        total: Submissions to come.
        file: Where; standard error, since standard output is for results.
    """
    if not file.isatty():
        yield PlainProgress(total, file)
        return
    columns = (
        SpinnerColumn(),
        MofNCompleteColumn(),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        # Names are text of the students' making: rich must not read markup in them.
        TextColumn("{task.fields[counts]}", markup=False),
        TextColumn("{task.fields[current]}", markup=False),
    )
    with Progress(*columns, console=Console(file=file), transient=True) as shown:
        yield LiveProgress(shown, total)
