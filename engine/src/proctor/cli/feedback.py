"""``proctor feedback``: write one page per student."""

from __future__ import annotations

import glob
from pathlib import Path

from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, FLAGS, FORCE, Command
from proctor.cli.course_warnings import warn_about_options
from proctor.cli.open_gradebook import open_gradebook, update_penalties
from proctor.errors import CourseError
from proctor.grading.graded_files import students_with_notebook, students_without_notebook
from proctor.reporting.feedback.exporter import write_pages_of_unrun


class FeedbackCommand(Command):
    """Writes feedback pages from graded notebooks."""

    name = "proctor-feedback"
    description = DESCRIPTIONS["feedback"]
    examples = "proctor feedback C3M3"
    aliases = ALIASES
    flags = {**FLAGS, "force": FORCE}

    def run(self) -> None:
        """Write all pages anew: they are cheap, and stale feedback misleads."""
        assignment = self.assignment_argument()
        warn_about_options(self, "feedback")
        self.ignore_source_files(assignment)
        self.coursedir.assignment_id = assignment
        ungraded = [
            s for s in students_without_notebook(self.coursedir, assignment) if self.is_selected(s)
        ]
        graded = self._folders(self.coursedir.autograded_directory, assignment)
        if not graded and not ungraded:
            raise CourseError(
                "there is no graded submission to write feedback for",
                why="feedback is written for graded submissions",
                where=str(self.root / self.coursedir.autograded_directory),
                remedy=f"run: proctor grade {assignment}",
            )
        if graded:
            with open_gradebook(self.coursedir) as gradebook:
                update_penalties(self, gradebook, assignment)
            self._convert()
        # Afterwards, since nbgrader empties the folders of those who have a graded notebook, too.
        partly = filter(self.is_selected, students_with_notebook(self.coursedir, assignment))
        for student in [*ungraded, *partly]:
            write_pages_of_unrun(self.coursedir, assignment, student)
        folders = self._folders(self.coursedir.feedback_directory, assignment)
        pages = [page for folder in folders for page in folder.glob("*.html")]
        print(f"{len(pages)} feedback pages in {self.root / self.coursedir.feedback_directory}")

    def _folders(self, stage: str, assignment: str) -> list[Path]:
        """The selected students' folders in a stage."""
        return [*map(Path, _matching(self.coursedir, stage, assignment))]

    def _convert(self) -> None:
        converter = _Feedback(coursedir=self.coursedir, parent=self)
        self.run_converter(converter, "nbgrader wrote no feedback", "grade the assignment again")


class _Feedback(GenerateFeedback):
    """nbgrader's, but for students whose id has a bracket, too."""

    def init_notebooks(self) -> None:
        """Find the graded notebooks; see nbgrader."""
        course = self.coursedir
        self.notebooks: list[str] = []
        self.assignments = {}
        for folder in _matching(course, self._input_directory, course.assignment_id):
            found = glob.glob(f"{glob.escape(folder)}/{course.notebook_id}.ipynb")  # noqa: PTH207
            if found:
                self.assignments[folder] = found
        if not self.assignments:
            super().init_notebooks()


def _matching(course: CourseDirectory, stage: str, assignment: str) -> list[str]:
    """The selected students' folders in a stage; an id may look like a pattern."""
    pattern = course.format_path(stage, course.student_id, assignment)
    within = str(Path(pattern).relative_to(course.root))
    found = {f"{course.root}/{path}" for path in glob.glob(within, root_dir=course.root)}  # noqa: PTH207
    return sorted(found | ({pattern} if Path(pattern).is_dir() else set()))
