"""``proctor grade``: a class, one submission after the other."""

from __future__ import annotations

import sys

from nbgrader.api import MissingEntry
from traitlets import Bool

from proctor.commands.base import ALIASES, FLAGS, Command
from proctor.coursefolder import released_notebooks
from proctor.errors import CourseError
from proctor.grading.receipts import standing_receipts
from proctor.grading.submission import grade_submission, submitted_students
from proctor.plaintext import plain
from proctor.reports.table import grade_table
from proctor.running.results import Receipt


class GradeCommand(Command):
    """Grades every submission of an assignment."""

    name = "proctor-grade"
    description = "Grade the submissions of an assignment and print a grade table."
    examples = "proctor grade C3M3\nproctor grade C3M3 --student alice --force"
    aliases = ALIASES
    flags = {
        **FLAGS,
        "force": ({"GradeCommand": {"force": True}}, "Grade again what is graded already."),
        "full": ({"Examine": {"full": True}}, "Run demonstration cells, too."),
    }

    force = Bool(False, help="Grade again what is graded already.").tag(config=True)

    def run(self) -> None:
        """Grade, print the table; exit status 1 where a submission needs a human."""
        assignment = self.assignment_argument()
        self._check_released(assignment)
        wanted = self.coursedir.student_id
        students = [
            student
            for student in submitted_students(self.coursedir, assignment)
            if wanted in ("*", student)
        ]
        if not students:
            raise CourseError(
                "A submission lies in submitted/STUDENT/ASSIGNMENT/.",
                found="none" if wanted == "*" else f"none of student {wanted!r}",
                where=str(self.root / self.coursedir.submitted_directory),
                remedy="collect the submissions first (nbgrader collect or zip_collect)",
            )
        self.leave_given_files(assignment)
        graded: dict[str, list[Receipt]] = {}
        for number, student in enumerate(students, start=1):
            graded[student] = self._grade(assignment, student, f"[{number}/{len(students)}]")
        print(grade_table(graded))
        if any(r.status != "graded" for receipts in graded.values() for r in receipts):
            sys.exit(1)

    def _grade(self, assignment: str, student: str, place: str) -> list[Receipt]:
        about = {"assignment": assignment, "student": student}
        standing = [] if self.force else standing_receipts(self.coursedir, **about)
        note = ": graded before, and unchanged since (--force grades it again)" if standing else ""
        print(f"{place} {plain(student, 80)}{note}", file=sys.stderr, flush=True)
        return standing or grade_submission(self, self.coursedir, **about)

    def _check_released(self, assignment: str) -> None:
        try:
            released_notebooks(self.coursedir, assignment)
        except MissingEntry:
            raise CourseError(
                "An assignment is released before it is graded.",
                found=f"no assignment {assignment!r} in the gradebook",
                where=self.coursedir.db_url,
                remedy=f"run: proctor release {assignment}",
            ) from None
