"""Draw the report's charts as SVG: this module computes the numbers, templates draw them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from proctor.reporting.class_report.statistics import ExerciseStatistics
from proctor.reporting.feedback.summary import STATUS
from proctor.reporting.html.environment import render
from proctor.results import ExerciseStatus

_COLOURS: dict[ExerciseStatus, str] = {
    # Okabe and Ito's palette, which people with any colour vision can tell apart.
    "passed": "#009e73",
    "partial": "#f0e442",
    "failed": "#d55e00",
    "error": "#cc79a7",
    "timeout": "#56b4e9",
    "missing": "#bbbbbb",
}
_BINS = 20
_TICKS = 8


@dataclass(frozen=True)
class Bar:
    """A bar, in units of its axes.

    Attributes:
        start: Position of its start.
        length: Its length.
        value: The number that it represents.
        colour: Fill colour.
    """

    start: float
    length: float
    value: float
    colour: str = "#0072b2"


@dataclass(frozen=True)
class BarRow:
    """A row of adjacent bars with a name."""

    name: str
    bars: Sequence[Bar]


def totals_chart(totals: Sequence[float], max_points: float) -> str:
    """Draw a histogram of the students' points.

    Args:
        totals: Total points of each graded student.
        max_points: Maximum points.
    """
    max_points = max_points or 1
    counts, edges = np.histogram(
        totals, bins=min(_BINS, max(1, round(max_points))), range=(0, max_points)
    )
    bars = [
        Bar(float(start), float(end - start), int(count))
        for count, start, end in zip(counts, edges, edges[1:], strict=False)
    ]
    highest = max(1, int(counts.max()))
    return render(
        "totals_chart.svg.j2",
        bars=bars,
        max_points=max_points,
        highest=highest,
        points=ticks(max_points),
        students=[tick for tick in ticks(highest) if tick == int(tick)],
    )


def exercises_chart(exercises: Sequence[ExerciseStatistics]) -> str:
    """Draw how often each exercise has each status, as shares of the submissions."""
    there = [status for status in _COLOURS if any(one.counts.get(status) for one in exercises)]
    return render(
        "exercises_chart.svg.j2",
        rows=[BarRow(one.title, _shares(one)) for one in exercises],
        legend=[(STATUS[status], _COLOURS[status]) for status in there],
    )


def _shares(exercise: ExerciseStatistics) -> list[Bar]:
    counts = {s: exercise.counts.get(s, 0) for s in _COLOURS if exercise.counts.get(s, 0)}
    total = sum(counts.values())
    ends = [100 * count / total for count in accumulate(counts.values())]
    return [
        Bar(start, end - start, counts[status], _COLOURS[status])
        for status, start, end in zip(counts, [0.0, *ends], ends, strict=False)
    ]


def ticks(max_points: float) -> list[float]:
    """Return at most nine round numbers from 0 up to a positive maximum.

    The steps are 1, 2 or 5 times a power of ten.
    """
    least = max_points / _TICKS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-9))
    return [step * number for number in range(math.floor(max_points / step + 1e-9) + 1)]
