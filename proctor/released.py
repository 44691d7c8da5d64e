"""What a course has released."""

from __future__ import annotations

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory


def released_notebooks(course: CourseDirectory, assignment: str) -> list[str]:
    """Names of an assignment's notebooks, without extension, in order.

    Raises:
        MissingEntry: The gradebook has no such assignment.
    """
    with Gradebook(course.db_url, course.course_id) as gradebook:
        return sorted(notebook.name for notebook in gradebook.find_assignment(assignment).notebooks)
