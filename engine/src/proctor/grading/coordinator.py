"""Grade a class: send units to workers, and record each result as it arrives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nbgrader.coursedir import CourseDirectory

from proctor.backends.base import Unit, Workers
from proctor.bundle.load import Contents
from proctor.checks.check import Check
from proctor.course_layout import source_folder, submitters
from proctor.grading.collect import collect
from proctor.grading.core import give_up
from proctor.grading.gradebook.class_gradebook import ClassGradebook
from proctor.grading.graded_files import receipts_of, write_graded
from proctor.grading.planner import Action, Step, longest_first
from proctor.results import Receipt, SubmissionStatus, Totals
from proctor.submission.files import TimestampError, timestamp_of
from proctor.submission.releases import Release

_LOST_REASON = "it was lost on the way"
_NO_TIME_WARNING = "it counts as handed in on time, since its {}"
_MANUAL_MARKS_WARNING = "manual marks or comments were kept; check that they still apply"


@dataclass(frozen=True)
class Recorded(Totals):
    """A submission that is recorded in the gradebook.

    Attributes:
        student: The student's id.
        receipts: One per notebook of the assignment.
        remarks: What staff should check besides the receipts, as text.
    """

    student: str
    receipts: Sequence[Receipt]
    remarks: tuple[str, ...] = ()

    @property
    def status(self) -> SubmissionStatus:
        """The first status among its notebooks that is not ``graded``, or ``graded``."""
        return next((r.status for r in self.receipts if r.status != "graded"), "graded")


class Observer(Protocol):
    """Follows a run, for a progress display or a log."""

    def started(self, student: str) -> None:
        """Report that a submission was sent to a worker."""

    def finished(self, recorded: Recorded) -> None:
        """Report that a submission's grades are recorded."""


@dataclass(frozen=True)
class Course:
    """The course data that the coordinator has and workers do not.

    Attributes:
        coursedir: nbgrader's course folder.
        contents: The bundle's manifest.
        hash: The bundle's hash.
        checks: The hidden tests.
        secret: The course's secret, from which challenges are derived.
        releases: The assignment's releases, the present one last.
    """

    coursedir: CourseDirectory
    contents: Contents
    hash: str
    checks: Mapping[str, Check]
    secret: bytes
    releases: Sequence[Release] = ()

    def unit(self, step: Step) -> Unit:
        """Read a submission into a unit for a worker."""
        return collect(
            step.folder,
            step.student,
            bundle=self,
            given=source_folder(self.coursedir, self.contents.assignment),
            secret=self.secret,
            fingerprint=step.fingerprint,
            releases=self.releases,
        )


def grade_class(
    course: Course,
    steps: Sequence[Step],
    workers: Workers,
    gradebook: ClassGradebook,
    observer: Observer,
) -> Iterator[Recorded]:
    """Carry out a plan.

    For each submission, the notebook is written first, the receipt next, and the gradebook last; a
    run that is stopped at any of these points is completed by the next one.

    Args:
        course: The course.
        steps: The plan, one step per submission.
        workers: The workers that grade.
        gradebook: The open gradebook.
        observer: Receives the progress of the run.

    Yields:
        Submissions, as they are recorded.

    Raises:
        CourseError: A problem of the course, this machine or the workers prevents grading.
    """
    by_student = {step.student: step for step in steps}
    for step in steps:
        if step.action is Action.RECORD:
            receipts = receipts_of(course.coursedir, course.contents, step.student)
            yield _record(course, step, receipts, gradebook, observer)
    wanted = longest_first(step for step in steps if step.action is Action.GRADE)
    for done in workers.results((course.unit(step) for step in wanted), observer.started):
        graded = done.graded or give_up(done.unit, course, done.lost or _LOST_REASON)
        write_graded(course.coursedir, course.contents.assignment, done.unit, graded)
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
        remarks.append(_NO_TIME_WARNING.format(error))
    if gradebook.record(step.student, receipts, timestamp=when):
        remarks.append(_MANUAL_MARKS_WARNING)
    recorded = Recorded(step.student, receipts, tuple(remarks))
    observer.finished(recorded)
    return recorded


def submitted_students(coursedir: CourseDirectory, assignment: str) -> list[str]:
    """Students who submitted an assignment and can be graded, in order of their ids."""
    return [one for one in submitters(coursedir, assignment) if _is_storable(one)]


def unstorable_submissions(coursedir: CourseDirectory, assignment: str) -> list[str]:
    """Names of students' folders that are no ids: they have a line break or are not UTF-8."""
    return [one for one in submitters(coursedir, assignment) if not _is_storable(one)]


def hidden_submissions(coursedir: CourseDirectory, assignment: str) -> list[str]:
    """Hidden folders with submissions, which neither nbgrader nor this engine grades."""
    return submitters(coursedir, assignment, ".*")


def _is_storable(student: str) -> bool:
    # Names that are not UTF-8 contain surrogates, which databases reject. nbgrader's feedback can't
    # match a line break, and would fail for the whole class.
    return "\n" not in student and not any("\ud800" <= letter <= "\udfff" for letter in student)
