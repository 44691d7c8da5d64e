"""Moodle: a CSV file for Grades, Import, CSV file.

On import, Moodle asks for the meaning of each column: the first identifies students (Map from, Map
to), the second is the grade, the third the feedback. All three must be mapped; feedback without its
grade would delete the grade. A single student unknown to Moodle aborts the whole import.
"""

from __future__ import annotations

import html

from proctor.exports.csv_text import as_csv, csv_safe
from proctor.exports.exercise_lines import ExerciseLine, lines_of
from proctor.exports.grades import Grade, Grades
from proctor.exports.identities import Identifier, identities

USUAL: dict[Identifier, str] = {
    "id": "Username",
    "email": "Email address",
    "lms_user_id": "ID number",
}
"""The heading of each field in Moodle's own exports."""

_FEEDBACK = 20_000
"""Maximum characters of a student's feedback."""


def moodle_csv(
    grades: Grades,
    *,
    identifier: Identifier = "id",
    column: str = "",
    unsettled: bool = False,
) -> str:
    """Return a CSV with one row per graded student; Moodle leaves other students unchanged.

    Args:
        grades: The assignment's grades.
        identifier: The gradebook's field that identifies students in Moodle.
        column: Heading of the identifier's column; empty: the one in Moodle's exports.
        unsettled: See `Grades.exportable`.

    Raises:
        CourseError: See `identities`.
    """
    given = grades.exportable(unsettled)
    name = csv_safe(grades.assignment)
    rows: list[list[object]] = [
        [csv_safe(column) or USUAL[identifier], name, f"{name} (Feedback comments)"]
    ]
    for grade, who in zip(given, identities(given, identifier), strict=True):
        rows.append([who, grade.total, csv_safe(_feedback(grade, grades), _FEEDBACK)])
    return as_csv(rows)


def _feedback(grade: Grade, grades: Grades) -> str:
    worth = {cell.key: cell.max_score for cell in grades.cells}
    lines = lines_of(grade.receipts, grade.points, worth, limit=500)
    # Moodle renders feedback as HTML.
    return html.escape(" | ".join(map(_text, lines)), quote=False)


def _text(line: ExerciseLine) -> str:
    return " ".join(f"{line.title} {line.points('/')}: {line.message}".split())
