"""What the commands share that work on a whole class: its students, its gradebook, its workers."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager

from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Int, Unicode

from proctor.backends.base import Workers
from proctor.backends.inline import in_process
from proctor.bundle.build import Bundle
from proctor.cli.base import ALIASES, Command
from proctor.errors import CourseError
from proctor.execution.options import Examine
from proctor.grading.coordinator import Course, passed_over, submitted_students
from proctor.grading.core import grade_unit, server_plan
from proctor.grading.gradebook.class_gradebook import ClassGradebook
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
        """Those who handed in, or those whom --student names; a pattern with stars may.

        Raises:
            CourseError: There is none.
        """
        wanted = self.coursedir.student_id
        for name in passed_over(self.coursedir, assignment):
            said = one_line(name, 80)
            print(f"{said}: not graded, since the name begins with a dot", file=sys.stderr)
        students = [
            student
            for student in submitted_students(self.coursedir, assignment)
            if self.is_wanted(student)
        ]
        if not students:
            raise CourseError(
                "A submission lies in submitted/STUDENT/ASSIGNMENT/.",
                found="none" if wanted == "*" else f"none of student {wanted!r}",
                where=str(self.root / self.coursedir.submitted_directory),
                remedy="collect the submissions first (nbgrader collect or zip_collect)",
            )
        return students

    def gradebook(self, assignment: str) -> ClassGradebook:
        """The course's gradebook, with the course's plug-in for late work."""
        late = AssignLatePenalties(parent=self)
        late.init_plugin()
        return ClassGradebook(
            self.coursedir.db_url, self.coursedir.course_id, assignment, late.plugin_inst
        )

    def course(self, bundle: Bundle) -> Course:
        """What the coordinator knows, and a worker does not."""
        examine = Examine(parent=self)
        return Course(
            coursedir=self.coursedir,
            contents=bundle.contents,
            hash=bundle.hash,
            checks=examine.hidden_tests(),
            secret=course_secret(examine.course),
        )

    def workers(self, bundle: Bundle, count: int) -> AbstractContextManager[Workers]:
        """Workers for so many units, as the options say."""
        jobs = min(self.jobs or _cores(), count)
        if count and not self.scheduler:
            self.say_what_is_lacking()
        if not self.scheduler and jobs <= 1:
            return in_process(bundle, grade_unit)
        if self.scheduler:
            return _remote(bundle, self.scheduler)
        # Imported where it is needed: it takes a part of a second.
        from proctor.backends.local import local_workers

        return local_workers(bundle, grade_unit, jobs, server_plan)


def _remote(bundle: Bundle, address: str) -> AbstractContextManager[Workers]:
    try:
        from proctor.backends.dask_workers import remote_workers
    except ModuleNotFoundError as error:
        raise CourseError(
            "Workers on other machines need Dask, which is not installed here.",
            found=f"no module {error.name}",
            where="--scheduler",
            remedy="pip install 'proctor[dask]', here and on the workers, or leave --scheduler out",
        ) from error
    return remote_workers(bundle, grade_unit, address)


def _cores() -> int:
    # Only Linux knows which of the cores this process may use.
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
