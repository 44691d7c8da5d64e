"""Given cells of a long notebook, folded so that a student's own part can be found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from proctor.reporting.feedback.cell_views import View

_MANY_CELLS, _MANY_LINES = 20, 300
"""More cells, or lines of their sources, make a notebook a long one."""


@dataclass(frozen=True)
class CellGroup:
    """Cells that follow each other.

    Attributes:
        views: The cells.
        folded: What the line says that stands for them; empty if they are not folded.
    """

    views: Sequence[View]
    folded: str = ""


def grouped(views: Iterable[View]) -> list[CellGroup]:
    """Group the cells of a notebook; in a long one, those are folded that were handed out.

    Args:
        views: The cells as shown.
    """
    cells = list(views)
    if (
        len(cells) <= _MANY_CELLS
        and sum(view.html.count("\n") + 1 for view in cells) <= _MANY_LINES
    ):
        return [CellGroup(cells)]
    return [
        CellGroup(run, _line(run) if given else "")
        for given, found in groupby(cells, key=lambda view: view.given)
        if (run := list(found))
    ]


def _line(views: Sequence[View]) -> str:
    title = next((view.title for view in views if view.title), "")
    count = "A given cell" if len(views) == 1 else f"{len(views)} given cells"
    return f"{count}: {title}" if title else count
