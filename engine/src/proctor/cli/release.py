"""``proctor release``: make the student version and the student kit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.converters import GenerateAssignment

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, FLAGS, FORCE, Command
from proctor.cli.scratch_course import scratch_course
from proctor.course_layout import released_folder
from proctor.errors import CheckError, CourseError, first_line
from proctor.execution.runner import Examine
from proctor.files.temporary import temporary_folder
from proctor.grading.prepare import prepare
from proctor.release.checks import check_source
from proctor.release.kit import StudentKit
from proctor.reporting.console.test_modes import test_modes_lines


@contextmanager
def _kept(folder: Path) -> Iterator[None]:
    """Put a folder back as it was if what replaces it fails: nbgrader removes it first."""
    with temporary_folder() as place:
        before = place / folder.name
        if folder.is_dir():
            shutil.copytree(folder, before, symlinks=True)
        try:
            yield
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            if before.is_dir():
                shutil.copytree(before, folder, symlinks=True)
            raise


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
        released = released_folder(self.coursedir, assignment)
        converter = GenerateAssignment(coursedir=self.coursedir, parent=self)
        with _kept(released):
            self.run_converter(
                converter, "nbgrader made no student version", "correct the notebook"
            )
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
            return [
                f"the tests were not tried: {first_line(error)}; they are when you grade",
                f"what to do: {error.remedy}",
            ]
        modes = {name: plan.modes for name, plan in bundle.contents.notebooks.items()}
        return list(test_modes_lines(modes))
