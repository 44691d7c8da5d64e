"""An assignment's grades from the gradebook, together with its receipts."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from nbgrader.api import Gradebook, MissingEntry

from proctor.errors import CourseError
from proctor.results import Receipt
from proctor.text import one_line

Identifier = Literal["id", "email", "lms_user_id"]


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
        points: Points by grade cell; cells without a score are omitted.
        total: Total with manual marks, minus the penalty; None if nothing was submitted.
        late_penalty: Points deducted for late work; None if nothing was submitted.
        status: ``graded``, ``needs_attention``, ``not_graded`` or ``missing``.
        reason: Why it needs attention.
        receipts: Receipts of the last grading, one per notebook.
        settled: Whether it may be exported to a platform that has no column for the status: it is
            graded, and no manual marks are outstanding.
    """

    person: Person
    points: Mapping[str, float] = field(default_factory=dict)
    total: float | None = None
    late_penalty: float | None = None
    status: str = "missing"
    reason: str = ""
    receipts: tuple[Receipt, ...] = ()
    settled: bool = False

    def unsettled_reason(self) -> str:
        """State why the grade is not settled."""
        return "manual grading is missing" if self.status == "graded" else self.status


@dataclass(frozen=True)
class Grades:
    """An assignment's grades.

    Attributes:
        assignment: Name of the assignment.
        cells: Its grade cells, in order.
        max_score: Maximum points.
        grades: One per student of the gradebook.
    """

    assignment: str
    cells: tuple[str, ...]
    max_score: float
    grades: tuple[Grade, ...]

    def exportable(self, unsettled: bool) -> tuple[Grade, ...]:
        """Return the grades that can be exported to a platform.

        Args:
            unsettled: Whether to include grades that need attention or manual marks.
        """
        return tuple(g for g in self.grades if g.total is not None and (g.settled or unsettled))


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
    return Grades(
        assignment=assignment,
        cells=tuple(cell.name for notebook in record.notebooks for cell in notebook.grade_cells),
        max_score=float(record.max_score),
        grades=tuple(
            _grade(gradebook, assignment, student, tuple(receipts.get(student.id, ())))
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
    gradebook: Gradebook, assignment: str, student: Any, receipts: tuple[Receipt, ...]
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
    scores = {grade.name: grade.score for nb in submission.notebooks for grade in nb.grades}
    penalty = float(submission.late_submission_penalty or 0)
    open_question = next((r for r in receipts if r.status != "graded"), None)
    status = "not_graded" if not receipts else open_question.status if open_question else "graded"
    return Grade(
        person=person,
        points={name: score for name, score in scores.items() if score is not None},
        total=max(0.0, float(submission.score) - penalty),
        late_penalty=penalty,
        status=status,
        reason=(open_question.reason or "") if open_question else "",
        receipts=receipts,
        settled=status == "graded" and not submission.needs_manual_grade,
    )


_LISTED = 5


def identities(grades: Sequence[Grade], identifier: Identifier) -> list[str]:
    """Return the identifiers of the students, in order.

    Args:
        grades: Grades of the students.
        identifier: The field of the gradebook.

    Raises:
        CourseError: A student has no identifier, or two have the same: the platform would omit a
            grade, or assign it to the wrong student.
    """
    found = [csv_safe(str(getattr(grade.person, identifier))) for grade in grades]
    without = [g.person.id for g, one in zip(grades, found, strict=True) if not one.strip()]
    if without:
        raise _identifier_error(
            f"the gradebook has no {identifier} for {_list(without)}", identifier
        )
    twice = sorted({one for one in found if found.count(one) > 1}) if _repeats(found) else []
    if twice:
        raise _identifier_error(
            f"several students have the {identifier} {_list(twice)}", identifier
        )
    return found


def _repeats(found: Sequence[str]) -> bool:
    return len(set(found)) < len(found)


def _list(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    return ", ".join(csv_safe(one, 80) for one in ids[:_LISTED]) + more


def _identifier_error(problem: str, identifier: str) -> CourseError:
    return CourseError(
        problem,
        why=f"every graded student needs a unique {identifier} to be matched on the platform",
        where="the gradebook",
        remedy="complete it with 'nbgrader db student add ID --email ... --lms-user-id ...', or "
        "choose another field with --identifier",
    )


def grades_csv(grades: Grades) -> str:
    """Return a CSV with one row per student of the gradebook.

    It has a column per exercise (nbgrader's grade cell), the total with manual marks, the penalty
    for late work, and a status with its reason, which distinguishes a zero from work that was never
    submitted. Then come the grade cells that were judged in the student's kernel, and the hash of
    the submission's receipts.
    """
    columns = ["total", "late_penalty", "max_score", "status", "reason", "in_kernel", "receipt"]
    header = ["student", *(csv_safe(cell) for cell in grades.cells), *columns]
    return as_csv([header, *(_row(grades, grade) for grade in grades.grades)])


def _row(grades: Grades, grade: Grade) -> list[object]:
    return [
        csv_safe(grade.person.id),
        *(grade.points.get(cell, "") for cell in grades.cells),
        "" if grade.total is None else grade.total,
        "" if grade.late_penalty is None else grade.late_penalty,
        grades.max_score,
        grade.status,
        csv_safe(grade.reason),
        csv_safe(" ".join(_in_kernel(grade)), limit=5000),
        receipts_hash(grade.receipts),
    ]


def _in_kernel(grade: Grade) -> list[str]:
    results = [result for receipt in grade.receipts for result in receipt.exercises]
    return [result.test for result in results if result.verdict == "in-kernel"]


_FORMULA_PREFIXES = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet treat a cell as a formula, also in full-width form."""


def csv_safe(text: str, limit: int = 500) -> str:
    """Make untrusted text safe for a cell: one plain line of limited length, and no formula.

    Args:
        text: An id, a name, a message.
        limit: Characters that are kept.
    """
    # This also removes leading blanks, despite which some spreadsheets recognise a formula.
    bare = one_line(text, limit)
    return f"'{bare}" if bare.startswith(_FORMULA_PREFIXES) else bare


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV; every text in them must have gone through `csv_safe`."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
