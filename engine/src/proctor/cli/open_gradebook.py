"""The gradebook, for commands that only read it."""

from __future__ import annotations

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from proctor.errors import CourseError
from proctor.exports.grades import Grades, read_grades
from proctor.grading.gradebook.database import without_password
from proctor.grading.graded_files import stored_receipts


def open_gradebook(coursedir: CourseDirectory) -> Gradebook:
    """The course's gradebook, for use in a ``with`` statement."""
    return Gradebook(coursedir.db_url, coursedir.course_id)


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
