"""Decide what a run does with each submission, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from proctor.cell_labels import CellKey
from proctor.course_layout import submitted_folder
from proctor.grading.changes import Changes
from proctor.grading.gradebook.class_gradebook import Scores
from proctor.grading.gradebook.rows import receipt_scores
from proctor.grading.graded_files import graded_folder, is_complete, stored_receipts
from proctor.results import Receipt
from proctor.submission.fingerprint import fingerprint


class Action(Enum):
    """What to do with a submission: grade it, only record it in the gradebook, or nothing."""

    GRADE = "grade"
    RECORD = "record"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Step:
    """One submission's part of a run.

    Attributes:
        student: The student's id.
        folder: The submission's folder.
        fingerprint: Current fingerprint of the folder.
        action: What to do.
        why: The reason, as text.
        seconds: How long grading it took last time; None if it was not graded before.
    """

    student: str
    folder: Path
    fingerprint: str
    action: Action
    why: str
    seconds: float | None = None


@dataclass(frozen=True)
class GradeOptions:
    """The instructor's options.

    Attributes:
        force: Grade everything again.
        failed: Grade again what needs attention.
    """

    force: bool = False
    failed: bool = False


def plan_step(
    coursedir: CourseDirectory,
    assignment: str,
    student: str,
    *,
    names: Sequence[str],
    changes: Changes,
    recorded: Scores | None,
    options: GradeOptions,
) -> Step:
    """Decide what to do with a submission.

    Args:
        coursedir: The course.
        assignment: Name of the assignment.
        student: The student's id.
        names: The assignment's notebooks.
        changes: Compares the present bundle with the one that it was graded with.
        recorded: The submission's scores in the gradebook; None if it has none.
        options: The instructor's options.
    """
    folder = submitted_folder(coursedir, assignment, student)
    current = fingerprint(folder)
    receipts = stored_receipts(coursedir, assignment=assignment, student=student, names=names)
    place = graded_folder(coursedir, assignment, student)
    why = _why_again(receipts, names, current, changes, options)
    if why is None and not is_complete(place, receipts):
        why = "its graded notebook is not there any more, or was changed"
    if why is not None:
        seconds = sum(receipt.seconds for receipt in receipts) if receipts else None
        return Step(student, folder, current, Action.GRADE, why, seconds)
    if recorded is None or not _agree(receipts, recorded):
        note = "graded before, but not yet in the gradebook"
        return Step(student, folder, current, Action.RECORD, note)
    return Step(student, folder, current, Action.NOTHING, "graded before, and unchanged")


def longest_first(steps: Iterable[Step]) -> list[Step]:
    """Sort steps by expected time, longest first, to keep all workers busy until the end.

    Submissions that were not graded before come first, since they may take any time (R. L. Graham,
    "Bounds on multiprocessing timing anomalies", 1969).
    """
    return sorted(steps, key=lambda s: -math.inf if s.seconds is None else -s.seconds)


def _why_again(
    receipts: Sequence[Receipt],
    names: Sequence[str],
    current: str,
    changes: Changes,
    options: GradeOptions,
) -> str | None:
    if len(receipts) != len(names):
        return "new"
    if options.force:
        return "asked for with --force"
    if any(receipt.origin.submission != current for receipt in receipts):
        return "the submission changed"
    said = (changes.since(receipt.origin.bundle) for receipt in receipts)
    why = next((one for one in said if one is not None), None)
    if why is not None:
        return why
    if options.failed and any(receipt.status != "graded" for receipt in receipts):
        return "asked for with --failed"
    return None


def _agree(receipts: Sequence[Receipt], recorded: Scores) -> bool:
    wanted: Scores = {
        CellKey(receipt.stem, cell): score
        for receipt in receipts
        for cell, score in receipt_scores(receipt).items()
    }
    missing = object()
    return all(recorded.get(key, missing) == score for key, score in wanted.items())
