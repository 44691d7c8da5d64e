"""Late penalties, from deadlines and extensions as they are now; no notebook is run for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from nbgrader.api import Assignment, Notebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import BasePlugin
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

_NO_MATTER = 1e-9
"""Differences of points that rounding makes."""


@dataclass(frozen=True)
class PenaltyChange:
    """A late penalty that is another one now.

    Attributes:
        student: The student's id.
        notebook: Name of the notebook.
        before: Points that were taken off.
        now: Points that are taken off.
        hours_late: How late the submission is.
    """

    student: str
    notebook: str
    before: float
    now: float
    hours_late: float

    def __str__(self) -> str:
        late = f"{self.hours_late:.1f} hours late" if self.hours_late else "in time"
        return (
            f"late penalty of {self.student}, {self.notebook}.ipynb: "
            f"{self.before:g} -> {self.now:g} ({late})"
        )


def penalty_of(plugin: BasePlugin | None, student: str, score: float, late: float) -> float | None:
    """The penalty of the course's plug-in for late submissions, at most the score.

    Args:
        plugin: nbgrader's plug-in for late submissions; None: no penalty.
        student: The student's id.
        score: Points of the notebook.
        late: How many seconds late it is.
    """
    if plugin is None or late <= 0:
        return None
    penalty = plugin.late_submission_penalty(student, score, late)
    return None if penalty is None else min(max(0.0, float(penalty)), score)


def seconds_late(
    timestamp: datetime | None, due: datetime | None, extension: timedelta | None = None
) -> float:
    """How many seconds late a submission is; 0 if it is in time, or if a time is not known."""
    if timestamp is None or due is None:
        return 0.0
    return max(0.0, float((timestamp - due - (extension or timedelta())).total_seconds()))


def recompute_penalties(
    session: Session,
    assignment: str,
    plugin: BasePlugin | None,
    extensions: Mapping[str, timedelta],
    is_selected: Callable[[str], bool],
) -> list[PenaltyChange]:
    """Write extensions, and the penalties that follow from them and from the deadline.

    Args:
        session: A session of the gradebook's, in a transaction.
        assignment: Name of the assignment.
        plugin: nbgrader's plug-in for late submissions; None: no penalty.
        extensions: By student; those of other students stay as they are in the gradebook.
        is_selected: Whether a student's penalty is looked at.

    Returns:
        The penalties that have changed.
    """
    query = (
        select(SubmittedNotebook, SubmittedAssignment, Assignment.duedate, Notebook.name)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .where(Assignment.name == assignment)
        .order_by(SubmittedAssignment.student_id, Notebook.name)
        .options(undefer(SubmittedNotebook.score))
    )
    changes = []
    for notebook, submission, due, name in session.execute(query).all():
        student = submission.student_id
        if not is_selected(student):
            continue
        if student in extensions:
            wanted = extensions[student] or None
            if submission.extension != wanted:
                submission.extension = wanted
        late = seconds_late(submission.timestamp, due, submission.extension)
        now = penalty_of(plugin, student, float(notebook.score or 0.0), late)
        before = notebook.late_submission_penalty
        if abs((before or 0.0) - (now or 0.0)) > _NO_MATTER:
            notebook.late_submission_penalty = now
            changes.append(PenaltyChange(student, name, before or 0.0, now or 0.0, late / 3600))
    session.flush()
    return changes
