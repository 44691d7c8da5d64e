"""``proctor release``: make the student version and the student kit."""

from __future__ import annotations

from pathlib import Path

from nbgrader.converters import GenerateAssignment

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, FLAGS, FORCE, Command
from proctor.cli.scratch_course import scratch_course
from proctor.errors import CheckError, CourseError, first_line
from proctor.execution.runner import Examine
from proctor.grading.prepare import prepare
from proctor.release.checks import check_source
from proctor.release.kit import StudentKit
from proctor.reporting.console.test_modes import test_modes_lines


class ReleaseCommand(Command):
    """Makes the files that students receive."""

    name = "proctor-release"
    description = DESCRIPTIONS["release"]
    examples = "proctor release C3M3"
    aliases = ALIASES
    flags = {**FLAGS, "force": FORCE}

    def run(self) -> None:
        """Check first, then write, so that a failed release leaves the previous one as it was."""
        assignment = self.assignment_argument()
        source = self.source_folder(assignment)
        kit = StudentKit(parent=self)
        check_source(source, self)
        kit.check(source, self.root)
        tests = self._try_tests(assignment)
        self.coursedir.assignment_id = assignment
        converter = GenerateAssignment(coursedir=self.coursedir, parent=self)
        self.run_converter(converter, "nbgrader made no student version", "correct the notebook")
        course = self.coursedir
        released = Path(course.format_path(course.release_directory, ".", assignment))
        target = released.parent / f"{assignment}.zip"
        names = kit.pack(released, self.root, target)
        print(f"student version: {released}")
        print(f"student kit:     {target} ({len(names)} files)")
        for line in tests:
            print(line)

    def _try_tests(self, assignment: str) -> list[str]:
        """Find out where each test is judged, and return lines that say so.

        Raises:
            CheckError: A check of the course's does not work.
            CourseError: c.Examine.verdict insists on tests outside, and one can't be.
        """
        insists = Examine(parent=self).verdict == "outside"
        try:
            with scratch_course(self, assignment) as course:
                bundle = prepare(self, course, assignment)
        except CourseError as error:
            if insists or isinstance(error, CheckError):
                raise
            return [f"the tests were not tried: {first_line(error)}; they are when you grade"]
        modes = {name: plan.modes for name, plan in bundle.contents.notebooks.items()}
        return list(test_modes_lines(modes))
