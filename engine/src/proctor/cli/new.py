"""``proctor new``: create a new assignment from a template."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

import jupytext
import nbformat

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, FLAGS, Command
from proctor.errors import CourseError
from proctor.execution.runner import Examine

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class NewCommand(Command):
    """Creates the source folder of a new assignment, and its check."""

    name = "proctor-new"
    description = DESCRIPTIONS["new"]
    examples = "proctor new M4"
    aliases = ALIASES
    flags = FLAGS

    def run(self) -> None:
        """Write notebook and check, and print what to do next."""
        assignment = self.one_argument("the new assignment's name")
        if not (self.root / "nbgrader_config.py").is_file():
            raise CourseError(
                "this is not a course folder: it has no nbgrader_config.py",
                why="an assignment is created inside a course folder",
                where=str(self.root),
                remedy="go to the course folder or pass --course-dir",
            )
        notebook, checks = create_assignment(
            assignment, self.source_folder(assignment), Examine(parent=self).course
        )
        print(f"written: {notebook}")
        print(f"written: {checks}, with its hidden test")
        print(f"next: {self._how_to_name(checks)}")
        print(f"then: edit both, and run: proctor release {assignment}")

    def _how_to_name(self, checks: Path) -> str:
        named = Examine(parent=self).checks
        if not named:
            return f"add to nbgrader_config.py: c.Examine.checks = {checks.stem!r}"
        return f"add to the module {named}: from {checks.stem} import mean_absolute_error"


def create_assignment(name: str, folder: Path, course: Path) -> tuple[Path, Path]:
    """Create an assignment's folder with a notebook, and a module with its check.

    Args:
        name: The assignment's name.
        folder: Its source folder, which must not exist yet.
        course: The course folder, for the module.

    Returns:
        Paths of the notebook and of the module.

    Raises:
        CourseError: The name is invalid, the folder or the module exists already, or they can't be
            written.
    """
    if not _NAME.fullmatch(name):
        raise CourseError(
            f"{name!r} can't be an assignment's name",
            why="a name consists of letters, digits, - and _, and begins with a letter or digit",
            where="the command's argument",
            remedy="choose another name; it becomes a folder and part of addresses",
        )
    checks = course / f"checks_{name.replace('-', '_')}.py"
    for place in (folder, checks):
        if place.exists():
            raise CourseError(
                "the assignment exists already",
                why="a new assignment gets a folder of its own, and a module with its hidden test",
                where=str(place),
                remedy="choose another name, or remove what is there",
            )
    nb = jupytext.reads(_template("assignment", name, checks), fmt="py:percent")
    path = folder / f"{name}.ipynb"
    try:
        folder.mkdir(parents=True)
        nbformat.write(nb, path)
        checks.write_text(_template("checks", name, checks), encoding="utf-8")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        checks.unlink(missing_ok=True)
        raise CourseError(
            f"the assignment's folder can't be written: {error.strerror or error}",
            why="a new assignment is created in the course's source folder",
            where=str(folder),
            remedy="give yourself the right to write there, or make room",
        ) from error
    return path, checks


def _template(which: str, name: str, checks: Path) -> str:
    text = (files("proctor.release") / "templates" / f"{which}.py").read_text(encoding="utf-8")
    return (
        text.replace("# # ASSIGNMENT", f"# # {name}")
        .replace("CHECKS.py", checks.name)
        .replace("tests of NAME.", f"tests of {name}.")
    )
