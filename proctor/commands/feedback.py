"""``proctor feedback``: one page per student."""

from __future__ import annotations

from pathlib import Path

from nbgrader.converters import GenerateFeedback, NbGraderException

from proctor.commands import DESCRIPTIONS
from proctor.commands.base import ALIASES, FLAGS, FORCE, Command
from proctor.errors import CourseError


class FeedbackCommand(Command):
    """Writes feedback pages from graded notebooks."""

    name = "proctor-feedback"
    description = DESCRIPTIONS["feedback"]
    examples = "proctor feedback C3M3"
    aliases = ALIASES
    flags = {**FLAGS, "force": FORCE}

    def run(self) -> None:
        """Generate the pages anew; they are cheap, and stale feedback misleads."""
        assignment = self.assignment_argument()
        self.leave_given_files(assignment)
        self.coursedir.assignment_id = assignment
        converter = GenerateFeedback(coursedir=self.coursedir, parent=self)
        converter.force = True
        try:
            converter.start()
        except NbGraderException as error:
            raise CourseError(
                "Feedback is written for graded submissions.",
                found=str(error).strip().splitlines()[0],
                where=str(self.root / self.coursedir.autograded_directory),
                remedy=f"run: proctor grade {assignment}",
            ) from error
        folder = self.root / self.coursedir.feedback_directory
        pages = sorted(Path(folder).glob(f"*/{assignment}/*.html"))
        print(f"{len(pages)} feedback pages in {folder}")
