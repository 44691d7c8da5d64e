"""Draw the report's charts as SVG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from proctor.classreport.figures import ExerciseFigures
from proctor.feedback.summary import STATUS
from proctor.running.results import ExerciseStatus

_COLOURS: dict[ExerciseStatus, str] = {
    # Okabe and Ito's palette, which people with any colour vision can tell apart.
    "passed": "#009e73",
    "partial": "#f0e442",
    "failed": "#d55e00",
    "error": "#cc79a7",
    "timeout": "#56b4e9",
    "missing": "#bbbbbb",
}
_INK = "#1d2430"
_STYLE: Any = {
    "font.size": 11,
    "font.family": "sans-serif",
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    # The same class gives the same file.
    "svg.hashsalt": "report",
}
_BINS = 20


def totals_chart(totals: Sequence[float], most: float) -> str:
    """How many students have how many points.

    Args:
        totals: Points, one per graded student.
        most: Points to earn.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.5, 3), layout="constrained")
        axes = figure.subplots()
        edges = np.linspace(0, most or 1, min(_BINS, max(1, round(most))) + 1)
        axes.hist(totals, bins=edges.tolist(), color="#0072b2", edgecolor="white")
        axes.set(xlabel=f"Points of {most:g}", ylabel="Students", xlim=(0, most or 1))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return _svg(figure)


def exercises_chart(exercises: Sequence[ExerciseFigures]) -> str:
    """What became of each exercise, as shares of the submissions."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.5, 1.1 + 0.45 * len(exercises)), layout="constrained")
        axes = figure.subplots()
        _stack(axes, exercises)
        axes.set(xlim=(0, 100), xlabel="Share of submissions, %")
        axes.invert_yaxis()
        figure.legend(loc="outside upper center", ncols=6, frameon=False, fontsize=9)
        return _svg(figure)


def _stack(axes: Axes, exercises: Sequence[ExerciseFigures]) -> None:
    left = np.zeros(len(exercises))
    names = [one.title for one in exercises]
    for status, colour in _COLOURS.items():
        counts = np.array([one.counts.get(status, 0) for one in exercises], dtype=float)
        shares = 100 * counts / [sum(one.counts.values()) for one in exercises]
        if counts.any():
            axes.barh(names, shares, left=left, color=colour, label=STATUS[status], height=0.7)
        left += shares


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()
