"""Pages for submissions of which there is no graded notebook: only a summary."""

from __future__ import annotations

from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from proctor.course_layout import feedback_folder
from proctor.files.atomic import write_text
from proctor.grading.receipt_files import attention_receipts
from proctor.reporting.feedback.page import Page
from proctor.reporting.feedback.summary import without_notebook


def write_unrun(coursedir: CourseDirectory, assignment: str, student: str) -> list[Path]:
    """Write a page for each notebook of a student that could not be run.

    Args:
        coursedir: The course.
        assignment: Name of the assignment.
        student: The student's id.

    Returns:
        The pages.
    """
    written = []
    folder = feedback_folder(coursedir, assignment, student)
    for receipt in attention_receipts(coursedir, assignment, student):
        name = receipt.notebook.removesuffix(".ipynb")
        page = Page(assignment, name, student, without_notebook(receipt))
        write_text(folder / f"{name}.html", page.to_html())
        written.append(folder / f"{name}.html")
    return written
