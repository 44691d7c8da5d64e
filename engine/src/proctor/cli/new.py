"""``proctor new``: a second assignment, from a template."""

from __future__ import annotations

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, FLAGS, Command
from proctor.errors import CourseError
from proctor.release.new_assignment import start_assignment


class NewCommand(Command):
    """Makes the source folder of a new assignment."""

    name = "proctor-new"
    description = DESCRIPTIONS["new"]
    examples = "proctor new M4"
    aliases = ALIASES
    flags = FLAGS

    def run(self) -> None:
        """Write the notebook, and say what to do next."""
        assignment = self.one_argument("the new assignment's name")
        if not (self.root / "nbgrader_config.py").is_file():
            raise CourseError(
                "An assignment is started in a course folder.",
                found="no nbgrader_config.py",
                where=str(self.root),
                remedy="go to the course folder or pass --course-dir",
            )
        path = start_assignment(assignment, self.source_folder(assignment))
        print(f"written: {path}")
        print(f"next: edit it in JupyterLab, then run: proctor release {assignment}")
