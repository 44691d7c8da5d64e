"""A temporary course in which an assignment is released, while the real one stays as it is."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from proctor.cli.base import Command
from proctor.course_layout import AnyDirectory
from proctor.files.temporary import temporary_folder

_CHANGED = (
    "root", "source_directory", "release_directory", "directory_structure", "db_url", "student_id",
    "notebook_id",
)  # fmt: skip
"""Options of the course directory that are others in a temporary course."""

_SOURCES, _RELEASE, _GRADEBOOK = ".proctor-sources", "release", "gradebook.db"
"""Names in the temporary course of what is not the real one's."""


@contextmanager
def scratch_course(command: Command, assignment: str) -> Iterator[CourseDirectory]:
    """Release an assignment into a temporary course with a gradebook of its own.

    Within the block, the command's configuration is that of the temporary course.

    Args:
        command: The command, in the real course.
        assignment: Name of the assignment.

    Raises:
        CourseError: nbgrader can't make the student version.
    """
    before = copy.deepcopy(command.config)
    values = command.coursedir.trait_values(config=True)
    real, source = command.root, command.source_folder(assignment)
    with temporary_folder() as folder:
        config = Config()
        config.CourseDirectory = _directory_options(folder, source, assignment)
        config.Examine.course_folder = str(real)
        # There is no gradebook that the course could have made before.
        config.GenerateAssignment.create_assignment = True
        config.GenerateAssignment.no_database = False
        _link_files(real, folder)
        command.update_config(config)
        try:
            course = AnyDirectory(parent=command)
            course.assignment_id = assignment
            converter = GenerateAssignment(coursedir=course, parent=command)
            command.run_converter(
                converter, "nbgrader made no student version", "correct the notebook"
            )
            yield course
        finally:
            command.config = before
            # The course directory follows each change of its command's configuration, but does not
            # return to a default.
            for name in _CHANGED:
                setattr(command.coursedir, name, values[name])


def _directory_options(folder: Path, source: Path, assignment: str) -> Config:
    """Options of the temporary course's directory."""
    return Config(
        root=str(folder),
        release_directory=_RELEASE,
        db_url=f"sqlite:///{folder / _GRADEBOOK}",
        student_id="*",
        notebook_id="*",
        **usual_structure(source, assignment, folder),
    )


def usual_structure(source: Path, assignment: str, place: Path) -> dict[str, str]:
    """Options with which an assignment is released as if in a course of nbgrader's usual structure.

    The course's own structure may have one folder for an assignment's source and its release.

    Args:
        source: The assignment's source folder.
        assignment: Its name.
        place: A folder for a link to it, where it has another name.
    """
    if source.name != assignment:
        sources = place / _SOURCES
        sources.mkdir(parents=True, exist_ok=True)
        link = sources / assignment
        if not link.is_symlink():
            link.symlink_to(source.resolve())
        source = link
    structure = str(CourseDirectory.directory_structure.default_value)
    return {"source_directory": str(source.parent), "directory_structure": structure}


def _link_files(course: Path, folder: Path) -> None:
    """Let nbgrader find by relative paths what it reads of a course, such as a header."""
    for path in course.iterdir():
        if path.name not in (_SOURCES, _RELEASE, _GRADEBOOK):
            (folder / path.name).symlink_to(path.resolve())
