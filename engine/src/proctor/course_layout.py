"""Paths of an assignment's folders in a course."""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from proctor.errors import CourseError
from proctor.files.names import similar_names

_SOMEBODY = "\x1f"
"""Stands for a student's id in a path; no file name has it."""


class AnyDirectory(CourseDirectory):
    """A course directory in which a step may be a folder of any name and place.

    nbgrader puts it into a regular expression as it is, and then finds no notebook in ``C++``.
    """

    def format_path(
        self, nbgrader_step: str, student_id: str, assignment_id: str, escape: bool = False
    ) -> str:
        """See nbgrader."""
        step = re.escape(nbgrader_step) if escape else nbgrader_step
        path: str = super().format_path(step, student_id, assignment_id, escape=escape)
        return path


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


def submitters(course: CourseDirectory, assignment: str, ids: str = "*") -> list[str]:
    """Ids of the students who have submitted something, in order.

    Args:
        course: The course; its ``directory_structure`` may be any that nbgrader takes.
        assignment: Name of the assignment.
        ids: Pattern of ids; those that begin with a dot only match a pattern that does.

    Raises:
        CourseError: The structure has no place for students.
    """
    structure = course.directory_structure
    whole = os.path.normpath(
        structure.format(
            nbgrader_step=course.submitted_directory,
            student_id=_SOMEBODY,
            assignment_id=assignment,
        )
    )
    before, found, after = whole.partition(_SOMEBODY)
    if not found:
        raise CourseError(
            f"the directory structure {structure!r} has no student",
            why="submissions are told apart by their folders",
            where="c.CourseDirectory.directory_structure",
            remedy="it must have {nbgrader_step}, {student_id} and {assignment_id}",
        )
    suffix = after.partition(os.sep)[0]
    pattern = glob.escape(before) + ids + glob.escape(suffix)
    # Not `Path.glob`, which misses broken links: these count as submissions.
    paths = glob.glob(pattern, root_dir=course.root)  # noqa: PTH207
    students = [path.removeprefix(before).removesuffix(suffix) for path in paths]
    folders = {one: submitted_folder(course, assignment, one) for one in students}
    # A file among the folders of students is nobody's.
    return sorted(
        student
        for student, folder in folders.items()
        if os.path.lexists(folder)
        and (after or not folder.is_file())
        and (not student.startswith(".") or ids.startswith("."))
    )
