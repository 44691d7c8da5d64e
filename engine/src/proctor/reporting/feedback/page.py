"""Put a feedback page together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from proctor.reporting.feedback.cell_views import View, code_styles
from proctor.reporting.feedback.summary import Summary
from proctor.reporting.html.environment import render


@dataclass(frozen=True)
class Page:
    """What a page shows.

    Attributes:
        assignment: Name of the assignment.
        notebook: Name of the notebook, without extension.
        student: The student's id.
        summary: What it earned.
        cells: The notebook; none where there is none to show.
    """

    assignment: str
    notebook: str
    student: str
    summary: Summary
    cells: Iterable[View] = field(default_factory=tuple)

    def to_html(self) -> str:
        """The page as one file that needs nothing else and runs nothing."""
        return render("feedback.html.j2", page=self, code_styles=code_styles())
