"""By what a platform knows a student."""

from __future__ import annotations

from collections.abc import Sequence

from proctor.errors import CourseError
from proctor.exports.grades import Grade, Identifier
from proctor.exports.spreadsheet import harmless

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
