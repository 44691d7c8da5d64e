"""Count marks by hand over a class; a mark that is missing is no zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

from proctor.cell_labels import labels
from proctor.graded_cells import GradedCell
from proctor.reporting.class_report.inputs import Work


@dataclass(frozen=True)
class MarkStatistics:
    """Marks by hand of one cell.

    Attributes:
        title: Display name.
        max_points: Maximum points.
        marked: Number of submissions that have a mark.
        outstanding: Number of submissions that wait for one.
        mean: Mean of the marks; None if there are none.
        median: Their median.
    """

    title: str
    max_points: float
    marked: int
    outstanding: int
    mean: float | None
    median: float | None


def mark_figures(cells: Sequence[GradedCell], works: Sequence[Work]) -> list[MarkStatistics]:
    """Return the marks of each cell that is marked by hand.

    Args:
        cells: The assignment's cells.
        works: Work of the students who submitted something.
    """
    names = {
        key: name
        for work in works
        for receipt in work.grade.receipts
        for key, name in receipt.names.items()
    }
    titles = labels({cell.key: names.get(cell.key, cell.key.cell) for cell in cells})
    return [_figures(titles[cell.key], cell, works) for cell in cells if cell.by_hand]


def _figures(title: str, cell: GradedCell, works: Sequence[Work]) -> MarkStatistics:
    grades = [work.grade.points for work in works]
    marks = [points[cell.key] for points in grades if cell.key in points]
    return MarkStatistics(
        title=title,
        max_points=cell.max_score,
        marked=len(marks),
        outstanding=len(grades) - len(marks),
        mean=mean(marks) if marks else None,
        median=median(marks) if marks else None,
    )
