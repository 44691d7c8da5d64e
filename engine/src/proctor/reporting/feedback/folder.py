"""Keep a student's feedback folder to the pages that we write."""

from __future__ import annotations

import shutil
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from proctor.course_layout import feedback_folder

_TIMESTAMP = "timestamp.txt"
"""By which nbgrader tells whether feedback is older than the work."""


def keep_only_pages(
    coursedir: CourseDirectory, assignment: str, student: str, graded: Path
) -> None:
    """Take away what nbgrader copied along from the graded submission.

    A file of a student's under the name of a page would pass for one, and a folder under that name
    would stand in the page's way.

    Args:
        coursedir: The course.
        assignment: Name of the assignment.
        student: The student's id.
        graded: The folder of the graded notebooks, of which there will be pages.
    """
    folder = feedback_folder(coursedir, assignment, student)
    if not folder.is_dir():
        return
    ours = {f"{notebook.stem}.html" for notebook in graded.glob("*.ipynb")} | {_TIMESTAMP}
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.is_symlink() or path.name not in ours:
            path.unlink()
