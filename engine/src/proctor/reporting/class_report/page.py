"""Assemble the report."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PIL import Image

from proctor.cell_labels import CellKey
from proctor.graded_cells import GradedCell
from proctor.reporting.class_report.charts import exercises_chart, totals_chart
from proctor.reporting.class_report.inputs import Work
from proctor.reporting.class_report.marks import mark_figures
from proctor.reporting.class_report.similarity import similar
from proctor.reporting.class_report.statistics import attention, exercise_figures, misconceptions
from proctor.reporting.feedback.summary import STATUS
from proctor.reporting.html.environment import render, source
from proctor.results import NEEDS_MANUAL_GRADE, ExerciseResult

_STANDINGS = {
    "graded": "Graded",
    NEEDS_MANUAL_GRADE: "Needs marks by hand",
    "needs_attention": "Needs attention",
    "not_graded": "Not graded",
    "missing": "Handed in nothing",
}


@dataclass(frozen=True)
class Report:
    """The contents of a report.

    Attributes:
        assignment: Name of the assignment.
        works: One per student of the gradebook.
        max_score: Maximum points.
        made: Time of creation.
        cells: The assignment's grade cells and tasks.
    """

    assignment: str
    works: Sequence[Work]
    max_score: float
    made: datetime
    cells: Sequence[GradedCell] = ()

    @property
    def handed_in(self) -> list[Work]:
        """Work of the students who submitted something."""
        return [work for work in self.works if work.grade.total is not None]

    @property
    def totals(self) -> list[float]:
        """Total points of the students whose work has all its marks: others have a part only."""
        complete = [work.grade for work in self.handed_in if work.grade.complete]
        return [grade.total for grade in complete if grade.total is not None]

    @property
    def incomplete(self) -> int:
        """Number of students who submitted something that waits for marks."""
        return sum(not work.grade.complete for work in self.handed_in)

    @property
    def standing(self) -> Mapping[str, int]:
        """Number of students by status, with the status as text."""
        counts = Counter(work.grade.status for work in self.works)
        return {words: counts[status] for status, words in _STANDINGS.items() if counts[status]}

    def to_html(self) -> str:
        """Return the page as one self-contained file."""
        works = self.handed_in
        exercises = exercise_figures(works)
        return render(
            "report.html.j2",
            report=self,
            exercises=exercises,
            totals_chart=totals_chart(self.totals, self.max_score) if self.totals else "",
            exercises_chart=exercises_chart(exercises) if exercises else "",
            marks=mark_figures(self.cells, works),
            misconceptions=misconceptions(works),
            attention=attention(works),
            sheets=[(one, thumbs) for one in exercises if (thumbs := thumbnails(works, one.key))],
            pairs=similar(works),
            statuses={
                s: words for s, words in STATUS.items() if any(s in e.counts for e in exercises)
            },
            standings=_STANDINGS,
            script=source("report.js"),
            made=self.made.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        )


MAX_PICTURES = 300
"""Maximum thumbnails of one exercise; those that did not pass come first."""

_SIDE, _QUALITY = 112, 75
_ORDER = ("failed", "partial", "passed")


@dataclass(frozen=True)
class Thumbnail:
    """One student's picture.

    Attributes:
        work: The student's work.
        result: The verdict.
        jpeg: The scaled-down picture.
        alt: Alternative text.
    """

    work: Work
    result: ExerciseResult
    jpeg: bytes
    alt: str


def thumbnails(works: Sequence[Work], exercise: CellKey) -> list[Thumbnail]:
    """Return the thumbnails of an exercise: failed ones first, then by student.

    Args:
        works: The class.
        exercise: The exercise's notebook and test cell.
    """
    found = [
        (work, work.results[exercise])
        for work in works
        if exercise in work.maps and exercise in work.results
    ]
    found.sort(key=lambda one: (_ORDER.index(one[1].status), one[0].student))
    return [
        Thumbnail(work, result, _small(work.maps[exercise].jpeg), work.maps[exercise].alt)
        for work, result in found[:MAX_PICTURES]
    ]


def _small(jpeg: bytes) -> bytes:
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
        picture.thumbnail((_SIDE, _SIDE))
        buffer = io.BytesIO()
        picture.save(buffer, format="JPEG", quality=_QUALITY)
    return buffer.getvalue()
