"""Base class of the commands that work on a whole class: students, gradebook, workers."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager

from traitlets import Int, Unicode

from proctor.backends.base import Workers
from proctor.backends.inline import in_process
from proctor.bundle.build import Bundle
from proctor.cli.base import ALIASES, Command
from proctor.course_layout import submitted_folder
from proctor.errors import CourseError
from proctor.execution.runner import Examine
from proctor.files.names import escaped
from proctor.grading.coordinator import (
    Course,
    hidden_submissions,
    submitted_students,
    unstorable_submissions,
)
from proctor.grading.core import grade_unit, zygotes
from proctor.grading.gradebook.class_gradebook import ClassGradebook
from proctor.grading.release_history import releases_of
from proctor.seeds import course_secret
from proctor.text import one_line

CLASS_ALIASES = {
    **ALIASES,
    "jobs": "ClassCommand.jobs",
    "scheduler": "ClassCommand.scheduler",
}


class ClassCommand(Command):
    """A subcommand that runs notebooks of a class."""

    jobs = Int(
        0, min=0, help="Workers on this machine, a process each; 0: as many as there are cores."
    ).tag(config=True)
    scheduler = Unicode(
        "",
        help="Address of a Dask scheduler that already runs, such as tcp://head:8786; its workers "
        "do the grading. Empty: this machine does.",
    ).tag(config=True)

    def students(self, assignment: str) -> list[str]:
        """The students who submitted; only those that --student selects, if it is given.

        Raises:
            CourseError: There is no such student.
        """
        wanted = self.coursedir.student_id
        for name in hidden_submissions(self.coursedir, assignment):
            shown_name = one_line(name, 80)
            print(f"{shown_name}: not graded, since the name begins with a dot", file=sys.stderr)
        lost = self.set_aside(assignment)
        for name, why in lost.items():
            print(f"{name}: not graded, since {why}", file=sys.stderr)
        students = [
            student
            for student in submitted_students(self.coursedir, assignment)
            if self.is_selected(student)
        ]
        if not students and lost:
            raise CourseError(
                f"no submission can be graded: {', '.join(lost)}",
                why=next(iter(lost.values())),
                where=str(submitted_folder(self.coursedir, assignment, "STUDENT")),
                remedy="rename the folders",
            )
        if not students:
            raise CourseError(
                "nobody has submitted this assignment"
                if wanted == "*"
                else f"student {wanted!r} has not submitted this assignment",
                why="submissions are read from there",
                where=str(submitted_folder(self.coursedir, assignment, "STUDENT")),
                remedy="collect the submissions first (nbgrader collect or zip_collect)",
            )
        return students

    def set_aside(self, assignment: str) -> dict[str, str]:
        """Folders that are not graded because of their names, escaped, and why."""
        why = (
            "the folder's name has a line break or is not UTF-8; it is the student's id, which "
            "gradebook and feedback store as one line of text. What to do: rename the folder"
        )
        found = unstorable_submissions(self.coursedir, assignment)
        return {escaped(name): why for name in found if self.is_selected(name)}

    def gradebook(self, assignment: str) -> ClassGradebook:
        """The course's gradebook, with the course's plug-in for late submissions."""
        late = self.late_plugin()
        return ClassGradebook(self.coursedir.db_url, self.coursedir.course_id, assignment, late)

    def course(self, bundle: Bundle) -> Course:
        """The course data that the coordinator has and workers do not."""
        examine = Examine(parent=self)
        return Course(
            coursedir=self.coursedir,
            contents=bundle.contents,
            hash=bundle.hash,
            checks=examine.hidden_tests(),
            secret=course_secret(examine.course),
            releases=releases_of(self.coursedir, bundle.contents.assignment),
        )

    def workers(self, bundle: Bundle, count: int) -> AbstractContextManager[Workers]:
        """Workers for ``count`` units, as configured by the options."""
        jobs = min(self.jobs or _cores(), count)
        if count and not self.scheduler:
            self.warn_about_weaker_sandbox()
        if not self.scheduler and jobs <= 1:
            return in_process(bundle, grade_unit)
        if self.scheduler:
            return _dask_workers(bundle, self.scheduler)
        # Imported only here, since the import takes a fraction of a second.
        from proctor.backends.local import local_workers

        return local_workers(bundle, grade_unit, jobs, zygotes)


def _dask_workers(bundle: Bundle, address: str) -> AbstractContextManager[Workers]:
    try:
        from proctor.backends.dask_workers import remote_workers
    except ModuleNotFoundError as error:
        raise CourseError(
            f"Dask is not installed (no module {error.name})",
            why="workers on other machines are reached through Dask",
            where="--scheduler",
            remedy="pip install 'proctor[dask]', here and on the workers, or leave --scheduler out",
        ) from error
    return remote_workers(bundle, grade_unit, address)


def _cores() -> int:
    # Only Linux reports which cores this process may use.
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
