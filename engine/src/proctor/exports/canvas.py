"""Canvas: a CSV file for Grades, Import.

Canvas reads the columns before the assignments by their place, so all are there, in its order. It
looks a student up by ``ID`` (its own number), then by the two SIS columns, then by the name. It
looks an assignment up by the number in brackets behind its name, then by the whole name, and makes
a new one where it finds none. A row whose first cell contains ``Points Possible`` is not a student:
it sets what each assignment is worth.
"""

from __future__ import annotations

from typing import Literal

from proctor.exports.grades import Grades, Identifier, Person, as_csv, harmless, identities

Column = Literal["ID", "SIS User ID", "SIS Login ID"]
COLUMNS: tuple[Column, ...] = ("ID", "SIS User ID", "SIS Login ID")
USUAL: dict[Identifier, Column] = {
    "id": "SIS Login ID",
    "email": "SIS Login ID",
    "lms_user_id": "ID",
}
"""The column that a field of the gradebook usually belongs in."""

_POINTS = "Points Possible"


def canvas_csv(
    grades: Grades,
    *,
    identifier: Identifier = "id",
    column: Column | None = None,
    number: str = "",
    unsettled: bool = False,
) -> str:
    """One row per student with a grade; Canvas leaves the others as they are.

    Args:
        grades: The assignment's grades.
        identifier: The gradebook's field by which Canvas knows students.
        column: Where it stands; None: where it usually belongs.
        number: Canvas's number of the assignment; empty: its name is to find it.
        unsettled: See `Grades.to_give`.

    Raises:
        CourseError: See `identities`.
    """
    given = grades.to_give(unsettled)
    place = column or USUAL[identifier]
    title = harmless(f"{grades.assignment} ({number})" if number else grades.assignment)
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
    name = harmless(", ".join(parts) or person.id)
    # Canvas would take it for the row of points, and change what the assignment is worth.
    return "" if _POINTS in name else name
