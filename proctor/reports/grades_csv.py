"""The grades of an assignment as CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from proctor.plaintext import plain
from proctor.replacing import replacing
from proctor.running.results import Receipt


def write_grades(
    path: Path,
    gradebook: Gradebook,
    *,
    assignment: str,
    receipts: Mapping[str, Sequence[Receipt]],
) -> int:
    """Write one row per student of the gradebook.

    A column per exercise (nbgrader's grade cell), the total with manual marks, the penalty for
    late work, and a status with its reason, which keeps a zero apart from work that was never
    handed in.

    Args:
        path: The file to write; it is replaced only when all rows are there.
        gradebook: An open gradebook.
        assignment: Name of the assignment.
        receipts: By student id, from the last grading.

    Returns:
        The number of rows.
    """
    record = gradebook.find_assignment(assignment)
    cells = [cell.name for notebook in record.notebooks for cell in notebook.grade_cells]
    header = ["student", *cells, "total", "late_penalty", "max_score", "status", "reason"]
    rows = [
        _row(gradebook, record, student.id, cells, receipts.get(student.id, ()))
        for student in gradebook.students
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part, part.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return len(rows)


def _row(
    gradebook: Gradebook,
    assignment: Any,
    student: str,
    cells: Sequence[str],
    receipts: Sequence[Receipt],
) -> list[object]:
    most = float(assignment.max_score)
    try:
        submission = gradebook.find_submission(assignment.name, student)
    except MissingEntry:
        return [_safe(student), *[""] * len(cells), "", "", most, "missing", ""]
    scores = {grade.name: grade.score for nb in submission.notebooks for grade in nb.grades}
    penalty = float(submission.late_submission_penalty or 0)
    open_question = next((r for r in receipts if r.status != "graded"), None)
    status = "not_graded" if not receipts else open_question.status if open_question else "graded"
    reason = _safe(plain(open_question.reason or "", 500)) if open_question else ""
    total = max(0.0, float(submission.score) - penalty)
    points = [scores.get(cell, "") for cell in cells]
    return [_safe(student), *points, total, penalty, most, status, reason]


def _safe(text: str) -> str:
    # A spreadsheet runs a cell that begins like a formula; student ids come from outside.
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
