"""A grade table for a terminal: one line per student."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from proctor.grading.coordinator import Recorded
from proctor.text import one_line


@dataclass(frozen=True)
class GradeRow:
    """A submission's row in the table; much smaller than its receipts.

    Attributes:
        student: The student's id.
        exercises: Contents of the exercise columns, by exercise id.
        score: Points earned.
        max_score: Points to earn.
        status: Status of the first notebook that is not ``graded``.
        reasons: Why notebooks need attention, and remarks for staff.
        sandboxes: Sandboxes in which notebooks ran.
    """

    student: str
    exercises: Mapping[str, str]
    score: float
    max_score: float
    status: str
    reasons: tuple[str, ...]
    sandboxes: tuple[str, ...]

    @classmethod
    def of(cls, recorded: Recorded) -> GradeRow:
        """Make the row of a submission."""
        receipts = recorded.receipts
        results = {one.id: one for receipt in receipts for one in receipt.exercises}
        said = [receipt.reason for receipt in receipts if receipt.reason]
        return cls(
            student=recorded.student,
            exercises={id_: f"{one.score:g} {one.status}" for id_, one in results.items()},
            score=recorded.score,
            max_score=recorded.max_score,
            status=recorded.status,
            # An unreadable submission has the same reason for each of its notebooks.
            reasons=tuple(dict.fromkeys([*said, *recorded.remarks])),
            # Only notebooks that ran have a time; the others had no sandbox.
            sandboxes=tuple({receipt.sandbox: None for receipt in receipts if receipt.seconds}),
        )


def grade_table(rows: Sequence[GradeRow]) -> str:
    """Format one line per student, with sandboxes and reasons for attention below the table."""
    columns = list(dict.fromkeys(name for row in rows for name in row.exercises))
    texts = [["student", *columns, "total", "status"]]
    for row in rows:
        cells = [row.exercises.get(column, "-") for column in columns]
        total = f"{row.score:g}/{row.max_score:g}"
        texts.append([one_line(row.student, 80), *cells, total, row.status])
    widths = [
        max(len(text[column_index]) for text in texts) for column_index in range(len(texts[0]))
    ]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(text, widths, strict=True)).rstrip()
        for text in texts
    ]
    return "\n".join(
        [lines[0], "-" * len(lines[0]), *lines[1:], *_sandboxes(rows), *_reasons(rows)]
    )


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


_SHOWN = 3


class Slowest:
    """Finds the slowest notebooks and cells of a run."""

    def __init__(self) -> None:
        self._notebooks: list[tuple[float, str]] = []
        self._cells: defaultdict[str, list[float]] = defaultdict(list)

    def add(self, recorded: Recorded) -> None:
        """Record a submission's times."""
        for receipt in recorded.receipts:
            if receipt.seconds:
                entry = (receipt.seconds, f"{recorded.student} {receipt.notebook}")
                self._notebooks = heapq.nlargest(_SHOWN, [*self._notebooks, entry])
            for cell in receipt.cells:
                # A student's own cells are known only by position, so they are not compared.
                if not cell.cell.isdigit():
                    self._cells[cell.cell].append(cell.seconds)

    def lines(self) -> list[str]:
        """Return the lines to print; none if nothing ran."""
        if not self._notebooks:
            return []
        cells = heapq.nlargest(
            _SHOWN, ((median(times), name, len(times)) for name, times in self._cells.items())
        )
        said = [f"  {seconds:6.1f} s  {one_line(name, 100)}" for seconds, name in self._notebooks]
        said += [
            f"  {seconds:6.1f} s  cell {one_line(name, 60)}, median of {count}"
            for seconds, name, count in cells
            if seconds >= 0.05
        ]
        return ["", "Slowest notebooks and cells:", *said]
