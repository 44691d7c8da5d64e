"""``proctor release``: the student version and the student kit."""

from __future__ import annotations

from pathlib import Path

from nbgrader.converters import GenerateAssignment, NbGraderException

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, FLAGS, FORCE, Command
from proctor.errors import ReleaseError
from proctor.release.checks import check_source
from proctor.release.kit import StudentKit


class ReleaseCommand(Command):
    """Makes what students get."""

    name = "proctor-release"
    description = DESCRIPTIONS["release"]
    examples = "proctor release C3M3"
    aliases = ALIASES
    flags = {**FLAGS, "force": FORCE}

    def run(self) -> None:
        """Check first, then write: a failed release leaves the old one as it was."""
        assignment = self.assignment_argument()
        source = self.source_folder(assignment)
        kit = StudentKit(parent=self)
        check_source(source, self)
        kit.check(source, self.root)
        self.coursedir.assignment_id = assignment
        converter = GenerateAssignment(coursedir=self.coursedir, parent=self)
        converter.force = True
        try:
            converter.start()
        except NbGraderException as error:
            raise ReleaseError(
                "nbgrader's generate_assignment makes the student version.",
                found=str(error).strip().splitlines()[0],
                where=str(source),
                remedy="run it again with --log-level=INFO to see nbgrader's own log",
            ) from error
        course = self.coursedir
        released = Path(course.format_path(course.release_directory, ".", assignment))
        target = released.parent / f"{assignment}.zip"
        names = kit.pack(released, self.root, target)
        print(f"student version: {released}")
        print(f"student kit:     {target} ({len(names)} files)")
