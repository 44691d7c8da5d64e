"""The grades of an assignment as CSV, with all that is known of each."""

from __future__ import annotations

from proctor.exports.grades import Grade, Grades, receipts_hash
from proctor.exports.spreadsheet import as_csv, harmless


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
