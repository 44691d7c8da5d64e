"""``proctor feedback``: one page per student."""

from __future__ import annotations

from pathlib import Path

from nbgrader.converters import GenerateFeedback, NbGraderException

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, FLAGS, FORCE, Command
from proctor.errors import CourseError
from proctor.grading.graded_files import students_set_aside
from proctor.reporting.feedback.exporter import write_unrun


class FeedbackCommand(Command):
    """Writes feedback pages from graded notebooks."""

    name = "proctor-feedback"
    description = DESCRIPTIONS["feedback"]
    examples = "proctor feedback C3M3"
    aliases = ALIASES
    flags = {**FLAGS, "force": FORCE}

    def run(self) -> None:
        """Write the pages anew; they are cheap, and stale feedback misleads."""
        assignment = self.assignment_argument()
        self.leave_given_files(assignment)
        self.coursedir.assignment_id = assignment
        aside = [s for s in students_set_aside(self.coursedir, assignment) if self.is_wanted(s)]
        graded = self._folders(self.coursedir.autograded_directory, assignment)
        if not graded and not aside:
            raise CourseError(
                "Feedback is written for graded submissions.",
                found="none",
                where=str(self.root / self.coursedir.autograded_directory),
                remedy=f"run: proctor grade {assignment}",
            )
        for student in aside:
            write_unrun(self.coursedir, assignment, student)
        if graded:
            self._convert()
        folders = self._folders(self.coursedir.feedback_directory, assignment)
        pages = [page for folder in folders for page in folder.glob("*.html")]
        print(f"{len(pages)} feedback pages in {self.root / self.coursedir.feedback_directory}")

    def _folders(self, stage: str, assignment: str) -> list[Path]:
        """The wanted students' folders of a stage."""
        pattern = self.coursedir.format_path(stage, self.coursedir.student_id, assignment)
        return list(self.root.glob(str(Path(pattern).relative_to(self.root))))

    def _convert(self) -> None:
        converter = GenerateFeedback(coursedir=self.coursedir, parent=self)
        converter.force = True
        try:
            converter.start()
        except NbGraderException as error:
            raise CourseError(
                "A feedback page is made of a graded notebook and its place in the gradebook.",
                found=str(error).strip().splitlines()[0],
                where=str(self.root / self.coursedir.autograded_directory),
                remedy="grade the assignment again; --log-level=INFO tells more",
            ) from error
