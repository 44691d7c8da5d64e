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

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


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


def create_assignment(name: str, folder: Path) -> Path:
    """Create an assignment's folder with a notebook that can be released unchanged.

    Args:
        name: The assignment's name.
        folder: Its source folder, which must not exist yet.

    Returns:
        Path of the notebook.

    Raises:
        CourseError: The name is invalid, the folder exists already, or it can't be written.
    """
    if not _NAME.fullmatch(name):
        raise CourseError(
            f"{name!r} can't be an assignment's name",
            why="a name consists of letters, digits, - and _, and begins with a letter or digit",
            where="the command's argument",
            remedy="choose another name; it becomes a folder and part of addresses",
        )
    if folder.exists():
        raise CourseError(
            "the assignment exists already",
            why="a new assignment gets a folder of its own",
            where=str(folder),
            remedy="choose another name, or remove what is there",
        )
    template = files("proctor.release") / "templates" / "assignment.py"
    text = template.read_text(encoding="utf-8").replace("# # ASSIGNMENT", f"# # {name}")
    nb = jupytext.reads(text, fmt="py:percent")
    path = folder / f"{name}.ipynb"
    try:
        folder.mkdir(parents=True)
        nbformat.write(nb, path)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise CourseError(
            f"the assignment's folder can't be written: {error.strerror or error}",
            why="a new assignment is created in the course's source folder",
            where=str(folder),
            remedy="give yourself the right to write there, or make room",
        ) from error
    return path
