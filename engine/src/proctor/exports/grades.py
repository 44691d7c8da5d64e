"""An assignment's grades from the gradebook, together with its receipts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from proctor.cell_labels import CellKey, id_labels
from proctor.graded_cells import GradedCell, graded_cells
from proctor.results import NEEDS_MANUAL_GRADE, Receipt, outstanding_text

_STALE = "marks by hand are older than the last grading; check that they still apply"


@dataclass(frozen=True)
class Person:
    """A student's entry in the gradebook; fields that it lacks are empty.

    Attributes:
        id: nbgrader's id.
        first_name: Given name.
        last_name: Family name.
        email: Email address.
        lms_user_id: Id on the course's learning platform (LMS).
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


@dataclass(frozen=True)
class Grade:
    """A student's grade for an assignment.

    Attributes:
        person: The student.
        points: Points by cell, with marks by hand; cells that have none yet are omitted.
        total: Total so far with manual marks, minus the penalty; None if nothing was submitted.
        late_penalty: Points deducted for late work; None if nothing was submitted.
        status: ``graded``, ``needs_manual_grade``, ``needs_attention``, ``not_graded`` or
            ``missing``.
        reason: Why it needs attention or marks by hand.
        receipts: Receipts of the last grading, one per notebook.
        settled: Whether it may be exported to a platform that has no column for the status: it is
            graded, and no manual marks are outstanding.
        outstanding: Cells that wait for a mark by hand.
        complete: Whether every cell has points, so that the total is more than a part.
    """

    person: Person
    points: Mapping[CellKey, float] = field(default_factory=dict)
    total: float | None = None
    late_penalty: float | None = None
    status: str = "missing"
    reason: str = ""
    receipts: tuple[Receipt, ...] = ()
    settled: bool = False
    outstanding: tuple[GradedCell, ...] = ()
    complete: bool = True

    @property
    def outstanding_points(self) -> float:
        """Maximum points of the cells that wait for a mark by hand."""
        return sum(cell.max_score for cell in self.outstanding)

    def unsettled_reason(self) -> str:
        """State why the grade is not settled."""
        return self.reason if self.status == NEEDS_MANUAL_GRADE else self.status


@dataclass(frozen=True)
class Grades:
    """An assignment's grades.

    Attributes:
        assignment: Name of the assignment.
        cells: Its grade cells and tasks, in order.
        max_score: Maximum points.
        grades: One per student of the gradebook.
    """

    assignment: str
    cells: tuple[GradedCell, ...]
    max_score: float
    grades: tuple[Grade, ...]

    def exportable(self, unsettled: bool) -> tuple[Grade, ...]:
        """Return the grades that can be exported to a platform.

        Args:
            unsettled: Whether to include grades that need attention or manual marks. Those
                without any mark yet are left out even then: they are not zero.
        """
        return tuple(g for g in self.grades if g.settled or (unsettled and g.points))


def read_grades(
    gradebook: Gradebook, assignment: str, receipts: Mapping[str, Sequence[Receipt]]
) -> Grades:
    """Read an assignment's grades.

    Args:
        gradebook: An open gradebook.
        assignment: Name of the assignment.
        receipts: Receipts of the last grading, by student id.

    Raises:
        MissingEntry: The gradebook has no such assignment.
    """
    record = gradebook.find_assignment(assignment)
    cells = tuple(graded_cells(record.notebooks))
    return Grades(
        assignment=assignment,
        cells=cells,
        max_score=float(record.max_score),
        grades=tuple(
            _grade(gradebook, assignment, student, cells, tuple(receipts.get(student.id, ())))
            for student in gradebook.students
        ),
    )


def receipts_hash(receipts: Sequence[Receipt]) -> str:
    """Return the SHA-256 of a submission's receipts, in notebook order; empty without any.

    It equals the output of ``cat *.receipt.json | sha256sum`` in the folder of the autograded
    notebooks.
    """
    text = "".join(receipt.to_json() for receipt in receipts)
    return hashlib.sha256(text.encode()).hexdigest() if receipts else ""


def _grade(
    gradebook: Gradebook,
    assignment: str,
    student: Any,
    cells: Sequence[GradedCell],
    receipts: tuple[Receipt, ...],
) -> Grade:
    person = Person(
        id=student.id,
        first_name=student.first_name or "",
        last_name=student.last_name or "",
        email=student.email or "",
        lms_user_id=str(student.lms_user_id or ""),
    )
    try:
        submission = gradebook.find_submission(assignment, student.id)
    except MissingEntry:
        return Grade(person)
    points = {
        CellKey(notebook.name, grade.name): float(grade.score)
        for notebook in submission.notebooks
        for grade in notebook.grades
        # nbgrader's score of a grade that has neither is 0.
        if grade.auto_score is not None or grade.manual_score is not None
    }
    unmarked = [cell for cell in cells if cell.key not in points]
    outstanding = tuple(cell for cell in unmarked if cell.by_hand)
    penalty = float(submission.late_submission_penalty or 0)
    status, reason = _standing(
        receipts,
        _outstanding_text(cells, outstanding) if points else "",
        stale=submission.needs_manual_grade,
    )
    return Grade(
        person=person,
        points=points,
        total=max(0.0, float(submission.score) - penalty),
        late_penalty=penalty,
        status=status,
        reason=reason,
        receipts=receipts,
        settled=status == "graded",
        outstanding=outstanding,
        complete=not unmarked,
    )


def _outstanding_text(cells: Sequence[GradedCell], outstanding: Sequence[GradedCell]) -> str:
    names = id_labels(cell.key for cell in cells)
    return outstanding_text([names[cell.key] for cell in outstanding])


def _standing(receipts: Sequence[Receipt], outstanding: str, *, stale: bool) -> tuple[str, str]:
    """Return status and reason.

    Args:
        receipts: Receipts of the last grading.
        outstanding: Which marks by hand are missing, as text.
        stale: Whether nbgrader asks for marks by hand, be they missing or to be confirmed.
    """
    if not receipts:
        return "not_graded", outstanding
    open_question = next((r for r in receipts if r.status != "graded"), None)
    if open_question is not None:
        reasons = filter(None, [open_question.reason, outstanding])
        return open_question.status, "; ".join(reasons)
    if outstanding or stale:
        return NEEDS_MANUAL_GRADE, outstanding or _STALE
    return "graded", ""
