"""Paths of an assignment's folders in a course."""

from __future__ import annotations

import os
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from proctor.files.names import similar_names


def source_folder(course: CourseDirectory, assignment: str) -> Path:
    """Return the instructor's folder of an assignment; it need not exist."""
    return Path(course.format_path(course.source_directory, ".", assignment))


def released_folder(course: CourseDirectory, assignment: str) -> Path:
    """Return the folder of an assignment's student version; it need not exist."""
    return Path(course.format_path(course.release_directory, ".", assignment))


def feedback_folder(course: CourseDirectory, assignment: str, student: str) -> Path:
    """Return the folder of a student's feedback pages; it need not exist."""
    return Path(course.format_path(course.feedback_directory, student, assignment))


def submitted_folder(course: CourseDirectory, assignment: str, student: str) -> Path:
    """Return the folder of a student's submission; it need not exist.

    Some file systems and archives change the case of letters or Unicode's normal form. If there is
    no folder of the assignment's name, one that is written differently takes its place.
    """
    folder = Path(course.format_path(course.submitted_directory, student, assignment))
    if os.path.lexists(folder) or folder.name != assignment:
        return folder
    known = source_folder(course, assignment).parent
    found = similar_names(folder.parent, assignment, known)
    return folder.with_name(found[0]) if found else folder
