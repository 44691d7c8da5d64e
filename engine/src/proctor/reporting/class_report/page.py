"""Put the report together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from proctor.reporting.class_report.charts import exercises_chart, totals_chart
from proctor.reporting.class_report.contact_sheet import thumbnails
from proctor.reporting.class_report.inputs import Work
from proctor.reporting.class_report.similarity import similar
from proctor.reporting.class_report.statistics import attention, exercise_figures, misconceptions
from proctor.reporting.feedback.summary import STATUS
from proctor.reporting.html.environment import render, source

_STANDINGS = {
    "graded": "Graded",
    "needs_attention": "Needs attention",
    "not_graded": "Not graded",
    "missing": "Handed in nothing",
}


@dataclass(frozen=True)
class Report:
    """What a report is about.

    Attributes:
        assignment: Name of the assignment.
        works: One per student of the gradebook.
        max_score: Points to earn.
        made: When.
    """

    assignment: str
    works: Sequence[Work]
    max_score: float
    made: datetime

    @property
    def handed_in(self) -> list[Work]:
        """Those who handed something in."""
        return [work for work in self.works if work.grade.total is not None]

    @property
    def totals(self) -> list[float]:
        """Points of those who handed something in."""
        return [work.grade.total for work in self.handed_in if work.grade.total is not None]

    @property
    def standing(self) -> Mapping[str, int]:
        """How many students there are by status, in words."""
        counts = Counter(work.grade.status for work in self.works)
        return {words: counts[status] for status, words in _STANDINGS.items() if counts[status]}

    def to_html(self) -> str:
        """The page as one file that needs nothing else."""
        works = self.handed_in
        exercises = exercise_figures(works)
        return render(
            "report.html.j2",
            report=self,
            exercises=exercises,
            totals_chart=totals_chart(self.totals, self.max_score) if works else "",
            exercises_chart=exercises_chart(exercises) if exercises else "",
            misconceptions=misconceptions(works),
            attention=attention(works),
            sheets=[(one, thumbs) for one in exercises if (thumbs := thumbnails(works, one.id))],
            pairs=similar(works),
            statuses={
                s: words for s, words in STATUS.items() if any(s in e.counts for e in exercises)
            },
            standings=_STANDINGS,
            script=source("report.js"),
            made=self.made.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        )
