"""Grade a class: hand units to workers, and write down what comes back as it comes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nbgrader.coursedir import CourseDirectory

from proctor.backends.base import Unit, Workers
from proctor.bundle.manifest import Contents
from proctor.contract import Check
from proctor.course_layout import source_folder, submitted_folder
from proctor.errors import CourseError
from proctor.grading.collect import collect
from proctor.grading.core import give_up
from proctor.grading.gradebook.class_gradebook import ClassGradebook
from proctor.grading.graded_files import put_in_place, receipts_of
from proctor.grading.planner import Action, Step, longest_first
from proctor.results import Receipt, SubmissionStatus
from proctor.submission.files import TimestampError, timestamp_of

_LOST = "it was lost on the way"
_NO_TIME = "it counts as handed in on time, since its {}"
_MARKED = "a human's marks or comments are kept; look whether they still hold"


@dataclass(frozen=True)
class Recorded:
    """A submission that is in the gradebook.

    Attributes:
        student: The student's id.
        receipts: One per notebook of the assignment.
        remarks: What a human should look at besides the receipts, in words.
    """

    student: str
    receipts: Sequence[Receipt]
    remarks: tuple[str, ...] = ()

    @property
    def status(self) -> SubmissionStatus:
        """The submission's status: the first of its notebooks' that is not ``graded``."""
        return next((r.status for r in self.receipts if r.status != "graded"), "graded")

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(receipt.score for receipt in self.receipts)

    @property
    def max_score(self) -> float:
        """Points to earn."""
        return sum(receipt.max_score for receipt in self.receipts)

    @property
    def seconds(self) -> float:
        """Wall seconds that its notebooks took."""
        return sum(receipt.seconds for receipt in self.receipts)


class Observer(Protocol):
    """Follows a run, for a person or a log."""

    def started(self, student: str) -> None:
        """A submission went to a worker."""

    def finished(self, recorded: Recorded) -> None:
        """A submission's grades are written down."""


@dataclass(frozen=True)
class Course:
    """What the coordinator knows of a course, and a worker does not.

    Attributes:
        coursedir: nbgrader's course folder.
        contents: What the bundle says of the assignment.
        hash: The bundle's.
        checks: The hidden tests.
        secret: From which challenges follow.
    """

    coursedir: CourseDirectory
    contents: Contents
    hash: str
    checks: Mapping[str, Check]
    secret: bytes

    def unit(self, step: Step) -> Unit:
        """Read a submission into what a worker gets."""
        return collect(
            step.folder,
            step.student,
            bundle=self,
            given=source_folder(self.coursedir, self.contents.assignment),
            secret=self.secret,
            fingerprint=step.fingerprint,
        )


def grade_class(
    course: Course,
    steps: Sequence[Step],
    workers: Workers,
    gradebook: ClassGradebook,
    observer: Observer,
) -> Iterator[Recorded]:
    """Do what a plan says.

    For each submission its notebook is written first, its receipt next, and the gradebook last;
    what a run leaves undone at any of these points, the next one does.

    Args:
        course: The course.
        steps: What is to be done with each submission.
        workers: Who works.
        gradebook: Open.
        observer: Is told what happens.

    Yields:
        Submissions, as they are written down.

    Raises:
        CourseError: The course, this machine or the workers stand in the way.
    """
    by_student = {step.student: step for step in steps}
    for step in steps:
        if step.action is Action.RECORD:
            receipts = receipts_of(course.coursedir, course.contents, step.student)
            yield _record(course, step, receipts, gradebook, observer)
    wanted = longest_first(step for step in steps if step.action is Action.GRADE)
    for done in workers.results((course.unit(step) for step in wanted), observer.started):
        graded = done.graded or give_up(done.unit, course, done.lost or _LOST)
        put_in_place(course.coursedir, course.contents.assignment, done.unit, graded)
        step = by_student[done.unit.student]
        yield _record(course, step, graded.receipts, gradebook, observer)


def _record(
    course: Course,
    step: Step,
    receipts: Sequence[Receipt],
    gradebook: ClassGradebook,
    observer: Observer,
) -> Recorded:
    remarks, when = [], None
    try:
        when = timestamp_of(step.folder)
    except TimestampError as error:
        remarks.append(_NO_TIME.format(error))
    if gradebook.record(step.student, receipts, timestamp=when):
        remarks.append(_MARKED)
    recorded = Recorded(step.student, receipts, tuple(remarks))
    observer.finished(recorded)
    return recorded


def submitted_students(coursedir: CourseDirectory, assignment: str) -> list[str]:
    """Students who handed something in for an assignment, in order of their ids.

    Raises:
        CourseError: An id is no text, so that no gradebook could hold it.
    """
    root = Path(coursedir.root) / coursedir.submitted_directory
    if not root.is_dir():
        return []
    students = sorted(
        folder.name
        for folder in root.iterdir()
        if not folder.name.startswith(".")
        # A broken link is a submission, too: one that needs attention.
        and os.path.lexists(submitted_folder(coursedir, assignment, folder.name))
    )
    for student in students:
        _check_id(student, root)
    return students


def passed_over(coursedir: CourseDirectory, assignment: str) -> list[str]:
    """Folders with submissions that neither nbgrader nor this engine takes for a student's."""
    root = Path(coursedir.root) / coursedir.submitted_directory
    hidden = root.glob(".*") if root.is_dir() else ()
    return sorted(
        folder.name
        for folder in hidden
        if os.path.lexists(submitted_folder(coursedir, assignment, folder.name))
    )


def _check_id(student: str, root: Path) -> None:
    # What is no UTF-8 has surrogates, which no database takes; nbgrader's feedback can't match a
    # line break, and would fail for the whole class.
    if "\n" in student or any("\ud800" <= character <= "\udfff" for character in student):
        raise CourseError(
            "A student's id is one line of text, and names the folder of the submissions.",
            found="a folder whose name has a line break or is not in UTF-8",
            where=str(root / ascii(student)),
            remedy="rename the folder",
        )
