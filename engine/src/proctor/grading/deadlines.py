"""More time for single students, as an option of the course."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from traitlets import Dict, Float, Unicode
from traitlets.config import LoggingConfigurable


class Deadlines(LoggingConfigurable):
    """Extensions of deadlines; the deadline itself is in nbgrader's gradebook."""

    extensions = Dict(
        value_trait=Dict(value_trait=Float(), key_trait=Unicode()),
        key_trait=Unicode(),
        help="Hours beyond the deadline by assignment and student, such as "
        "{'ps1': {'ann': 48}}; also for students who have not submitted yet. They are written into "
        "nbgrader's gradebook, where those of other students stay as they are; 0 takes one back.",
    ).tag(config=True)

    def of(self, assignment: str) -> Mapping[str, timedelta]:
        """The extensions for an assignment, by student."""
        found = self.extensions.get(assignment, {})
        return {student: timedelta(hours=hours) for student, hours in found.items()}
