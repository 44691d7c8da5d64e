"""Moodle: a CSV file for Grades, Import, CSV file.

Moodle asks which column is what: the first identifies students (Map from, Map to), the second is
the grade, the third the feedback. All three must be mapped; a feedback without its grade would
delete the grade. One student whom Moodle does not know stops the whole import.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from proctor.exports.grades import Grades, Identifier, as_csv, harmless, identities
from proctor.exports.outcome import message, title
from proctor.results import ExerciseResult, Receipt

USUAL: dict[Identifier, str] = {
    "id": "Username",
    "email": "Email address",
    "lms_user_id": "ID number",
}
"""The heading under which Moodle's own exports have a field."""

_FEEDBACK = 20_000
"""Characters of a student's feedback."""


def moodle_csv(
    grades: Grades,
    *,
    identifier: Identifier = "id",
    column: str = "",
    unsettled: bool = False,
) -> str:
    """One row per student with a grade; Moodle leaves the others as they are.

    Args:
        grades: The assignment's grades.
        identifier: The gradebook's field by which Moodle knows students.
        column: Its heading; empty: the one that Moodle's exports have.
        unsettled: See `Grades.to_give`.

    Raises:
        CourseError: See `identities`.
    """
    given = grades.to_give(unsettled)
    name = harmless(grades.assignment)
    rows: list[list[object]] = [
        [harmless(column) or USUAL[identifier], name, f"{name} (Feedback comments)"]
    ]
    for grade, who in zip(given, identities(given, identifier), strict=True):
        rows.append([who, grade.total, harmless(_feedback(grade.receipts), _FEEDBACK)])
    return as_csv(rows)


def _feedback(receipts: Sequence[Receipt]) -> str:
    said = " | ".join(_line(one) for receipt in receipts for one in receipt.exercises)
    # Moodle shows feedback as HTML.
    return html.escape(said, quote=False)


def _line(result: ExerciseResult) -> str:
    text = f"{title(result)} {result.score:g}/{result.max_score:g}: {message(result, 500)}"
    return " ".join(text.split())
