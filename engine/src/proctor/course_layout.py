"""Where a course keeps things."""

from __future__ import annotations

from pathlib import Path

from nbgrader.coursedir import CourseDirectory


def source_folder(course: CourseDirectory, assignment: str) -> Path:
    """The instructor's folder of an assignment; it need not exist."""
    return Path(course.format_path(course.source_directory, ".", assignment))


def feedback_folder(course: CourseDirectory, assignment: str, student: str) -> Path:
    """The folder of a student's feedback pages; it need not exist."""
    return Path(course.format_path(course.feedback_directory, student, assignment))


def submitted_folder(course: CourseDirectory, assignment: str, student: str) -> Path:
    """The folder of a student's submission; it need not exist."""
    return Path(course.format_path(course.submitted_directory, student, assignment))
