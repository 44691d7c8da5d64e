"""Show the progress of a run: a live bar on a terminal, plain lines elsewhere."""

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
from proctor.results import points_text
from proctor.text import one_line

_MAX_NAMES = 3
"""Maximum students that the bar names."""


class PlainProgress:
    """Prints a line per submission."""

    def __init__(self, total: int, file: TextIO) -> None:
        self._total, self._file = total, file
        self._count = 0

    def started(self, student: str) -> None:
        """Do nothing; the line is printed when the submission is finished."""

    def finished(self, recorded: Recorded) -> None:
        """Print the result of a submission."""
        self._count += 1
        points = points_text(
            recorded.score, recorded.max_score, recorded.outstanding_points, " points"
        )
        print(
            f"[{self._count}/{self._total}] {one_line(recorded.student, 80)}: {recorded.status}, "
            f"{points}, {recorded.seconds:.1f} s",
            file=self._file,
            flush=True,
        )


class LiveProgress:
    """A bar with counts by status, the time left, and the students being graded."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=total, counts="", current="")
        self._counts: Counter[str] = Counter()
        self._current: dict[str, None] = {}

    def started(self, student: str) -> None:
        """Add a student to those being graded."""
        self._current[student] = None
        self._show()

    def finished(self, recorded: Recorded) -> None:
        """Count a submission."""
        self._current.pop(recorded.student, None)
        self._counts[recorded.status] += 1
        self._progress.advance(self._task)
        self._show()

    def _show(self) -> None:
        names = [one_line(student, 20) for student in list(self._current)[:_MAX_NAMES]]
        more = len(self._current) - len(names)
        self._progress.update(
            self._task,
            counts=", ".join(f"{n} {status}" for status, n in sorted(self._counts.items())),
            current=", ".join(names) + (f" and {more} more" if more > 0 else ""),
        )


class ObserverPair:
    """Passes the events of a run to two observers."""

    def __init__(self, one: Observer, other: Observer) -> None:
        self._observers = (one, other)

    def started(self, student: str) -> None:
        """Handle a submission that was sent to a worker."""
        for observer in self._observers:
            observer.started(student)

    def finished(self, recorded: Recorded) -> None:
        """Handle a submission whose grades were recorded."""
        for observer in self._observers:
            observer.finished(recorded)


@contextmanager
def progress(total: int, file: TextIO) -> Iterator[PlainProgress | LiveProgress]:
    """Show progress on a stream, with a live bar if it is a terminal.

    Args:
        total: Number of submissions.
        file: The stream; standard error, since standard output is for results.
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
        # Names are untrusted: rich must not interpret markup in them.
        TextColumn("{task.fields[counts]}", markup=False),
        TextColumn("{task.fields[current]}", markup=False),
    )
    with Progress(*columns, console=Console(file=file), transient=True) as shown:
        yield LiveProgress(shown, total)
