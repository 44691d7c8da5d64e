"""Canvas: a CSV file for Grades, Import.

Canvas reads the columns before the assignments by position, so all of them are written, in its
order. It identifies a student by ``ID`` (its own number), then by the two SIS columns, then by the
name. It identifies an assignment by the number in parentheses after its name, then by the whole
name, and creates a new one if neither matches. A row whose first cell contains ``Points Possible``
is not a student: it sets the maximum points of each assignment.
"""

from __future__ import annotations

from typing import Literal

from proctor.exports.csv_text import as_csv, csv_safe
from proctor.exports.grades import Grades, Person
from proctor.exports.identities import Identifier, identities

Column = Literal["ID", "SIS User ID", "SIS Login ID"]
COLUMNS: tuple[Column, ...] = ("ID", "SIS User ID", "SIS Login ID")
USUAL: dict[Identifier, Column] = {
    "id": "SIS Login ID",
    "email": "SIS Login ID",
    "lms_user_id": "ID",
}
"""The default column for each field of the gradebook."""

_POINTS = "Points Possible"


def canvas_csv(
    grades: Grades,
    *,
    identifier: Identifier = "id",
    column: Column | None = None,
    number: str = "",
    unsettled: bool = False,
) -> str:
    """Return a CSV with one row per graded student; Canvas leaves other students unchanged.

    Args:
        grades: The assignment's grades.
        identifier: The gradebook's field that identifies students in Canvas.
        column: The column for the identifier; None: the default.
        number: Canvas's number of the assignment; empty: Canvas finds it by name.
        unsettled: See `Grades.exportable`.

    Raises:
        CourseError: See `identities`.
    """
    given = grades.exportable(unsettled)
    place = column or USUAL[identifier]
    title = csv_safe(f"{grades.assignment} ({number})" if number else grades.assignment)
    rows: list[list[object]] = [
        ["Student", *COLUMNS, "Section", title],
        [f"    {_POINTS}", "", "", "", "", grades.max_score],
    ]
    for grade, who in zip(given, identities(given, identifier), strict=True):
        ids = [who if place == one else "" for one in COLUMNS]
        rows.append([_name(grade.person), *ids, "", grade.total])
    return as_csv(rows)


def _name(person: Person) -> str:
    parts = [part for part in (person.last_name, person.first_name) if part]
    name = csv_safe(", ".join(parts) or person.id)
    # Canvas would read it as the row of points, and change the assignment's maximum points.
    return "" if _POINTS in name else name
