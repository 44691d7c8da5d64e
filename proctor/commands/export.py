"""``proctor export``: the grades of an assignment as CSV."""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from traitlets import Unicode

from proctor.commands import DESCRIPTIONS
from proctor.commands.base import ALIASES, FLAGS, Command
from proctor.errors import CourseError
from proctor.grading.receipts import stored_receipts
from proctor.reports.grades_csv import write_grades


class ExportCommand(Command):
    """Writes the grades of an assignment."""

    name = "proctor-export"
    description = DESCRIPTIONS["export"]
    examples = "proctor export C3M3 --to grades.csv"
    aliases = {**ALIASES, "to": "ExportCommand.to"}
    flags = FLAGS

    to = Unicode("grades.csv", help="The file to write.").tag(config=True)

    def run(self) -> None:
        """Write one row per student of the gradebook."""
        assignment = self.assignment_argument()
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                gradebook.find_assignment(assignment)
            except MissingEntry:
                raise CourseError(
                    "Grades are exported for an assignment of the gradebook.",
                    found=f"no assignment {assignment!r}",
                    where=self.coursedir.db_url,
                    remedy="check the name; 'nbgrader db assignment list' shows what is there",
                ) from None
            receipts = {
                student.id: stored_receipts(
                    self.coursedir, assignment=assignment, student=student.id
                )
                for student in gradebook.students
            }
            target = Path(self.to)
            count = write_grades(target, gradebook, assignment=assignment, receipts=receipts)
        print(f"{count} students in {target}")
