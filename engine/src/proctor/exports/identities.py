"""Fields of the gradebook by which a platform knows students."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from proctor.errors import CourseError
from proctor.exports.csv_text import csv_safe
from proctor.exports.grades import Grade
from proctor.text import listed

Identifier = Literal["id", "email", "lms_user_id"]

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
    return listed([csv_safe(one, 80) for one in ids], _LISTED)


def _identifier_error(problem: str, identifier: str) -> CourseError:
    return CourseError(
        problem,
        why=f"every graded student needs a unique {identifier} to be matched on the platform",
        where="the gradebook",
        remedy="complete it with 'nbgrader db student add ID --email ... --lms-user-id ...', or "
        "choose another field with --identifier",
    )
