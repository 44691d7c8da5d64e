"""Grade one submission into the gradebook and say what it earned."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import NbGraderException
from nbgrader.coursedir import CourseDirectory

from proctor.contract import Check
from proctor.coursefolder import source_folder
from proctor.errors import SubmissionError
from proctor.grading.converter import OneByOne, reason_of
from proctor.grading.receipts import attention_folder, graded_folder, stored_receipts
from proctor.intake.reference import read_reference
from proctor.running.checkcell import read_check_cell
from proctor.running.preprocessor import Examine
from proctor.running.results import RECEIPT_SUFFIX, ExerciseResult, Receipt


def submitted_students(coursedir: CourseDirectory, assignment: str) -> list[str]:
    """Students who handed something in for an assignment, in order of their ids."""
    root = Path(coursedir.root) / coursedir.submitted_directory
    if not root.is_dir():
        return []
    return sorted(
        folder.name
        for folder in root.iterdir()
        if not folder.name.startswith(".")
        # A broken link is a submission, too: one that needs attention.
        and os.path.lexists(
            coursedir.format_path(coursedir.submitted_directory, folder.name, assignment)
        )
    )


def grade_submission(
    parent: Any, coursedir: CourseDirectory, *, assignment: str, student: str
) -> list[Receipt]:
    """Grade a submission anew; a bad one gets a receipt that says so, never an exception.

    Args:
        parent: The application, for configuration and log.
        coursedir: The course; its student and assignment are set here.
        assignment: Name of the assignment.
        student: The student's id.

    Returns:
        One receipt per notebook of the assignment.
    """
    coursedir.assignment_id, coursedir.student_id = assignment, student
    converter = OneByOne(coursedir=coursedir, parent=parent)
    converter.force = True
    try:
        converter.start()
    except NbGraderException as error:
        # Its own text only points to the log; the first failure is what the reader needs.
        converter.failure = converter.failure or error
    # nbgrader gives up with SystemExit or worse in places; the class goes on all the same.
    except Exception as error:
        converter.failure = converter.failure or error
    if converter.failure is None:
        receipts = stored_receipts(coursedir, assignment=assignment, student=student)
        if receipts:
            shutil.rmtree(attention_folder(coursedir, assignment, student), ignore_errors=True)
            return receipts
        converter.failure = SubmissionError(
            "A graded submission leaves a receipt.",
            found="none",
            where=str(graded_folder(coursedir, assignment, student)),
            remedy="see that nbgrader_config.py has adopt(c), and grade again",
        )
    return _set_aside(
        parent, coursedir, assignment=assignment, student=student, why=reason_of(converter.failure)
    )


def _set_aside(
    parent: Any, coursedir: CourseDirectory, *, assignment: str, student: str, why: str
) -> list[Receipt]:
    # What an earlier submission earned stands no longer, nor may its feedback be written again.
    shutil.rmtree(graded_folder(coursedir, assignment, student), ignore_errors=True)
    folder = attention_folder(coursedir, assignment, student)
    folder.mkdir(parents=True, exist_ok=True)
    checks = Examine(parent=parent).hidden_tests()
    source = source_folder(coursedir, assignment)
    receipts = []
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(assignment, student)
        for notebook in gradebook.find_assignment(assignment).notebooks:
            receipt = empty_receipt(
                gradebook,
                checks,
                assignment=assignment,
                notebook=source / f"{notebook.name}.ipynb",
                why=why,
            )
            _zero_grades(gradebook, assignment, notebook.name, student)
            (folder / (notebook.name + RECEIPT_SUFFIX)).write_text(receipt.to_json())
            receipts.append(receipt)
    return receipts


def _zero_grades(gradebook: Gradebook, assignment: str, notebook: str, student: str) -> None:
    try:
        record = gradebook.find_submission_notebook(notebook, assignment, student)
    except MissingEntry:
        return
    for grade in record.grades:
        grade.auto_score = 0
        # Formgrader then lists the submission as one that a human must look at.
        grade.needs_manual_grade = True
    gradebook.db.commit()


def empty_receipt(
    gradebook: Gradebook,
    checks: Mapping[str, Check],
    *,
    assignment: str,
    notebook: Path,
    why: str,
) -> Receipt:
    """The receipt of a submission that could not be graded: every exercise is missing.

    Args:
        gradebook: An open gradebook in which the assignment was released.
        checks: The course's hidden tests.
        assignment: Name of the assignment.
        notebook: The instructor's notebook.
        why: What went wrong.
    """
    exercises = []
    cells = read_reference(
        gradebook, assignment=assignment, notebook=notebook.stem, source=notebook
    )
    for index, cell in enumerate(cells):
        graded = read_check_cell(index, cell.as_notebook_cell())
        if graded is None:
            continue
        check = checks.get(graded.check or "")
        exercises.append(
            ExerciseResult(
                id=check.id if check else graded.grade_id,
                cell=check.cell if check else "",
                score=0.0,
                max_score=graded.points,
                status="missing",
                message="The submission could not be graded.",
            )
        )
    return Receipt(
        assignment=assignment,
        notebook=notebook.name,
        exercises=tuple(exercises),
        status="needs_attention",
        reason=why,
    )
