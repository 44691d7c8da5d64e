"""The gradebook, for commands that run no notebooks, and its late penalties."""

from __future__ import annotations

import sys

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from proctor.cli.base import Command
from proctor.errors import CourseError
from proctor.exports.grades import Grades, read_grades
from proctor.grading.deadlines import Deadlines
from proctor.grading.gradebook.database import without_password
from proctor.grading.gradebook.penalties import recompute_penalties
from proctor.grading.graded_files import stored_receipts
from proctor.text import one_line


def open_gradebook(coursedir: CourseDirectory) -> Gradebook:
    """The course's gradebook, for use in a ``with`` statement."""
    return Gradebook(coursedir.db_url, coursedir.course_id)


def update_penalties(command: Command, gradebook: Gradebook, assignment: str) -> None:
    """Recompute late penalties from deadlines and extensions as they are now, and print changes.

    Args:
        command: The command, for the course's plug-in and the selected students.
        gradebook: An open gradebook; it is written only if a penalty or an extension changes.
        assignment: Name of the assignment.
    """
    changes = recompute_penalties(
        gradebook.db,
        assignment,
        command.late_plugin(),
        Deadlines(parent=command).of(assignment),
        command.is_selected,
    )
    gradebook.db.commit()
    for change in changes:
        print(one_line(str(change), 300), file=sys.stderr, flush=True)


def assignment_grades(coursedir: CourseDirectory, gradebook: Gradebook, assignment: str) -> Grades:
    """An assignment's grades, together with the receipts.

    Args:
        coursedir: The course.
        gradebook: An open gradebook.
        assignment: Name of the assignment.

    Raises:
        CourseError: The gradebook has no such assignment.
    """
    try:
        record = gradebook.find_assignment(assignment)
    except MissingEntry:
        raise CourseError(
            f"the gradebook has no assignment {assignment!r}",
            why="grades are read from the gradebook",
            where=without_password(coursedir.db_url),
            remedy="check the name; 'nbgrader db assignment list' shows what is there",
        ) from None
    names = sorted(notebook.name for notebook in record.notebooks)
    receipts = {
        student.id: stored_receipts(
            coursedir, assignment=assignment, student=student.id, names=names
        )
        for student in gradebook.students
    }
    return read_grades(gradebook, assignment, receipts)
