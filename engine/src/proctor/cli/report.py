"""``proctor report``: write the report on a class, one page for the instructor."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from traitlets import Unicode

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, FLAGS, Command
from proctor.cli.open_gradebook import assignment_grades, open_gradebook, update_penalties
from proctor.files.atomic import write_text
from proctor.reporting.class_report.inputs import gather, released_code
from proctor.reporting.class_report.page import Report


class ReportCommand(Command):
    """Writes the report on a class."""

    name = "proctor-report"
    description = DESCRIPTIONS["report"]
    examples = """
        proctor report C3M3
        proctor report C3M3 --to /tmp/report.html
    """
    aliases = {**ALIASES, "to": "ReportCommand.to"}
    flags = FLAGS

    to = Unicode(
        "", help="The file to write. Empty: reports/ASSIGNMENT.html in the course folder."
    ).tag(config=True)

    def run(self) -> None:
        """Write the page."""
        assignment = self.assignment_argument()
        target = Path(self.to) if self.to else self.root / "reports" / f"{assignment}.html"
        with open_gradebook(self.coursedir) as gradebook:
            update_penalties(self, gradebook, assignment)
            grades = assignment_grades(self.coursedir, gradebook, assignment)
            given = released_code(gradebook, assignment)
        works = gather(self.coursedir, grades, given, target.absolute().parent)
        report = Report(assignment, works, grades.max_score, datetime.now(UTC), grades.cells)
        write_text(target, report.to_html())
        print(f"{len(works)} students in {target}")
