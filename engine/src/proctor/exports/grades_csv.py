"""The table of an assignment's grades, with all that is known, for people."""

from __future__ import annotations

from proctor.cell_labels import CellKey, id_labels
from proctor.exports.csv_text import as_csv, csv_safe
from proctor.exports.grades import Grade, Grades, receipts_hash

_COLUMNS = (
    "total",
    "late_penalty",
    "max_score",
    "by_hand",
    "status",
    "reason",
    "in_kernel",
    "receipt",
)


def grades_csv(grades: Grades) -> str:
    """Return a CSV with one row per student of the gradebook.

    It has a column per exercise (nbgrader's grade cells and tasks), which is empty while there is
    no mark; the total so far, minus the penalty for late work; the points that wait for a mark by
    hand; and a status with its reason, which distinguishes a zero from work that was never
    submitted. Then come the grade cells that were judged in the student's kernel, and the hash of
    the submission's receipts.

    A column has the cell's name, or ``notebook/cell`` where that is not unique.
    """
    columns = id_labels((cell.key for cell in grades.cells), ("student", *_COLUMNS))
    header = ["student", *map(csv_safe, columns.values()), *_COLUMNS]
    rows = (_row(grades, grade, columns) for grade in grades.grades)
    return as_csv([header, *rows])


def _row(grades: Grades, grade: Grade, columns: dict[CellKey, str]) -> list[object]:
    in_kernel = (columns.get(key, key.cell) for key in _in_kernel(grade))
    return [
        csv_safe(grade.person.id),
        *(grade.points.get(key, "") for key in columns),
        "" if grade.total is None else grade.total,
        "" if grade.late_penalty is None else grade.late_penalty,
        grades.max_score,
        "" if grade.total is None else grade.outstanding_points,
        grade.status,
        csv_safe(grade.reason),
        csv_safe(" ".join(in_kernel), limit=5000),
        receipts_hash(grade.receipts),
    ]


def _in_kernel(grade: Grade) -> list[CellKey]:
    results = [item for receipt in grade.receipts for item in receipt.by_key.items()]
    return [key for key, result in results if result.verdict == "in-kernel"]
