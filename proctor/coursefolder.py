"""Where a course keeps things, and what it has released."""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory


def source_folder(course: CourseDirectory, assignment: str) -> Path:
    """The instructor's folder of an assignment; it need not exist."""
    return Path(course.format_path(course.source_directory, ".", assignment))


def released_notebooks(course: CourseDirectory, assignment: str) -> list[str]:
    """Names of an assignment's notebooks, without extension, in order.

    Raises:
        MissingEntry: The gradebook has no such assignment.
    """
    with Gradebook(course.db_url, course.course_id) as gradebook:
        return sorted(notebook.name for notebook in gradebook.find_assignment(assignment).notebooks)
