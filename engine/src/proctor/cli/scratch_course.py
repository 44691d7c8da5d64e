"""A temporary course in which an assignment is released, while the real one stays as it is."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from proctor.cli.base import Command
from proctor.files.temporary import temporary_folder

_CHANGED = ("root", "source_directory", "release_directory", "db_url", "student_id")
"""Options of the course directory that are others in a temporary course."""


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
    real, sources = command.root, command.coursedir.source_directory
    with temporary_folder() as folder:
        config = Config()
        config.CourseDirectory.root = str(folder)
        config.CourseDirectory.source_directory = str(real / sources)
        # The course's may be an absolute path.
        config.CourseDirectory.release_directory = "release"
        config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
        config.CourseDirectory.student_id = "*"
        config.Examine.course_folder = str(real)
        command.update_config(config)
        try:
            course = CourseDirectory(parent=command)
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
