"""Where a course keeps things."""

from __future__ import annotations

from pathlib import Path

from nbgrader.coursedir import CourseDirectory


def source_folder(course: CourseDirectory, assignment: str) -> Path:
    """The instructor's folder of an assignment; it need not exist."""
    return Path(course.format_path(course.source_directory, ".", assignment))
