"""``proctor new``: create a new assignment from a template."""

from __future__ import annotations

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, FLAGS, Command
from proctor.errors import CourseError
from proctor.release.new_assignment import create_assignment


class NewCommand(Command):
    """Creates the source folder of a new assignment."""

    name = "proctor-new"
    description = DESCRIPTIONS["new"]
    examples = "proctor new M4"
    aliases = ALIASES
    flags = FLAGS

    def run(self) -> None:
        """Write the notebook, and print what to do next."""
        assignment = self.one_argument("the new assignment's name")
        if not (self.root / "nbgrader_config.py").is_file():
            raise CourseError(
                "this is not a course folder: it has no nbgrader_config.py",
                why="an assignment is created inside a course folder",
                where=str(self.root),
                remedy="go to the course folder or pass --course-dir",
            )
        path = create_assignment(assignment, self.source_folder(assignment))
        print(f"written: {path}")
        print(f"next: edit it in JupyterLab, then run: proctor release {assignment}")
