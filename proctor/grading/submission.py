"""Grade one submission into the gradebook and say what it earned."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import NbGraderException
from nbgrader.coursedir import CourseDirectory

from proctor.contract import load_checks
from proctor.errors import SubmissionError
from proctor.grading.converter import OneByOne, reason_of
from proctor.intake.reference import read_reference
from proctor.running.checkcell import read_check_cell
from proctor.running.preprocessor import Examine
from proctor.running.results import RECEIPT_SUFFIX, ExerciseResult, Receipt

_ATTENTION = ".needs_attention"
"""Folder in the autograded folder for receipts of submissions that gave no notebook."""


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
    parent: Any, coursedir: CourseDirectory, *, assignment: str, student: str, force: bool
) -> list[Receipt]:
    """Grade a submission; a bad one gets a receipt that says so, never an exception.

    Args:
        parent: The application, for configuration and log.
        coursedir: The course; its student and assignment are set here.
        assignment: Name of the assignment.
        student: The student's id.
        force: Grade again what is graded already.

    Returns:
        One receipt per notebook of the assignment.
    """
    coursedir.assignment_id, coursedir.student_id = assignment, student
    converter = OneByOne(coursedir=coursedir, parent=parent)
    converter.force = force
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
            for path in _receipts_in(_attention_folder(coursedir, assignment, student)):
                path.unlink()
            return receipts
        converter.failure = SubmissionError(
            "A graded submission leaves a receipt.",
            found="none, as after grading with other preprocessors",
            where=coursedir.format_path(coursedir.autograded_directory, student, assignment),
            remedy="grade it again with --force",
        )
    return _set_aside(
        parent, coursedir, assignment=assignment, student=student, why=reason_of(converter.failure)
    )


def stored_receipts(coursedir: CourseDirectory, *, assignment: str, student: str) -> list[Receipt]:
    """The receipts that an earlier run left for a submission, in order of notebooks."""
    graded = Path(coursedir.format_path(coursedir.autograded_directory, student, assignment))
    aside = _attention_folder(coursedir, assignment, student)
    for folder in (graded, aside):
        if found := _receipts_in(folder):
            return [Receipt.from_json(path.read_text()) for path in found]
    return []


def _receipts_in(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{RECEIPT_SUFFIX}"))


def _attention_folder(coursedir: CourseDirectory, assignment: str, student: str) -> Path:
    root = Path(coursedir.root) / coursedir.autograded_directory / _ATTENTION
    return root / student / assignment


def _set_aside(
    parent: Any, coursedir: CourseDirectory, *, assignment: str, student: str, why: str
) -> list[Receipt]:
    folder = _attention_folder(coursedir, assignment, student)
    folder.mkdir(parents=True, exist_ok=True)
    receipts = []
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(assignment, student)
        for notebook in gradebook.find_assignment(assignment).notebooks:
            receipt = empty_receipt(
                gradebook, Examine(parent=parent), assignment, notebook.name, why
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
    gradebook: Gradebook, settings: Examine, assignment: str, notebook: str, why: str
) -> Receipt:
    """The receipt of a submission that could not be graded: every exercise is missing."""
    checks = load_checks(settings.checks)
    exercises = []
    cells = read_reference(gradebook, assignment=assignment, notebook=notebook, source=None)
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
        notebook=f"{notebook}.ipynb",
        exercises=tuple(exercises),
        status="needs_attention",
        reason=why,
    )
