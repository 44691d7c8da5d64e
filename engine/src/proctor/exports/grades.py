"""The grades of an assignment as the gradebook has them, with the receipts beside them."""

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
    """A student, as the gradebook knows them; empty where it does not.

    Attributes:
        id: nbgrader's id.
        first_name: Given name.
        last_name: Family name.
        email: Address.
        lms_user_id: Their number on the course's platform.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


@dataclass(frozen=True)
class Grade:
    """What a student has for an assignment.

    Attributes:
        person: The student.
        points: By grade cell; a cell without a score is not there.
        total: With manual marks, less the penalty; None where nothing was handed in.
        late_penalty: What late work cost; None where nothing was handed in.
        status: ``graded``, ``needs_attention``, ``not_graded`` or ``missing``.
        reason: Why it needs attention.
        receipts: From the last grading, one per notebook.
        settled: Whether it may go to a platform that has no column for the status: it is graded,
            and no marks by hand are outstanding.
    """

    person: Person
    points: Mapping[str, float] = field(default_factory=dict)
    total: float | None = None
    late_penalty: float | None = None
    status: str = "missing"
    reason: str = ""
    receipts: tuple[Receipt, ...] = ()
    settled: bool = False

    def why_not(self) -> str:
        """Why it is not settled."""
        return "marks by hand are outstanding" if self.status == "graded" else self.status


@dataclass(frozen=True)
class Grades:
    """An assignment's grades.

    Attributes:
        assignment: Name of the assignment.
        cells: Its grade cells, in order.
        max_score: Points to earn.
        grades: One per student of the gradebook.
    """

    assignment: str
    cells: tuple[str, ...]
    max_score: float
    grades: tuple[Grade, ...]

    def to_give(self, unsettled: bool) -> tuple[Grade, ...]:
        """Those with a grade that a platform can be given.

        Args:
            unsettled: Whether a grade counts that needs attention, or marks by hand.
        """
        return tuple(g for g in self.grades if g.total is not None and (g.settled or unsettled))


def read_grades(
    gradebook: Gradebook, assignment: str, receipts: Mapping[str, Sequence[Receipt]]
) -> Grades:
    """Read an assignment's grades.

    Args:
        gradebook: An open gradebook.
        assignment: Name of the assignment.
        receipts: By student id, from the last grading.

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
    """SHA-256 of a submission's receipts, in the order of their notebooks; empty without any.

    It is what ``cat *.receipt.json | sha256sum`` says beside the autograded notebooks.
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
    """What identifies each student, in order.

    Args:
        grades: Theirs.
        identifier: The field of the gradebook.

    Raises:
        CourseError: A student has none, or two have the same: the platform would leave a grade
            out, or give it to somebody else.
    """
    found = [harmless(str(getattr(grade.person, identifier))) for grade in grades]
    without = [g.person.id for g, one in zip(grades, found, strict=True) if not one.strip()]
    if without:
        raise _unclear(f"none for {_list(without)}", identifier)
    twice = sorted({one for one in found if found.count(one) > 1}) if _repeats(found) else []
    if twice:
        raise _unclear(f"{_list(twice)} for more than one student", identifier)
    return found


def _repeats(found: Sequence[str]) -> bool:
    return len(set(found)) < len(found)


def _list(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    return ", ".join(harmless(one, 80) for one in ids[:_LISTED]) + more


def _unclear(found: str, identifier: str) -> CourseError:
    return CourseError(
        f"Every student with a grade has a {identifier} of their own in the gradebook.",
        found=found,
        where="the gradebook",
        remedy="complete it with 'nbgrader db student add ID --email ... --lms-user-id ...', or "
        "choose another field with --identifier",
    )


def grades_csv(grades: Grades) -> str:
    """One row per student of the gradebook.

    A column per exercise (nbgrader's grade cell), the total with manual marks, the penalty for
    late work, and a status with its reason, which keeps a zero apart from work that was never
    handed in. The last column is the hash of the submission's receipts.
    """
    columns = ["total", "late_penalty", "max_score", "status", "reason", "receipt"]
    header = ["student", *(harmless(cell) for cell in grades.cells), *columns]
    return as_csv([header, *(_row(grades, grade) for grade in grades.grades)])


def _row(grades: Grades, grade: Grade) -> list[object]:
    return [
        harmless(grade.person.id),
        *(grade.points.get(cell, "") for cell in grades.cells),
        "" if grade.total is None else grade.total,
        "" if grade.late_penalty is None else grade.late_penalty,
        grades.max_score,
        grade.status,
        harmless(grade.reason),
        receipts_hash(grade.receipts),
    ]


_BEGINNINGS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""With these, also in their wide forms, a spreadsheet takes a cell for a formula."""


def harmless(text: str, limit: int = 500) -> str:
    """Text from outside, fit for a cell: one plain line of limited length, and no formula.

    Args:
        text: An id, a name, a message.
        limit: Characters that are kept.
    """
    # On one line and without blanks before it, which do not stop every spreadsheet.
    bare = one_line(text, limit)
    return f"'{bare}" if bare.startswith(_BEGINNINGS) else bare


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV; every text in them has gone through `harmless`."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
