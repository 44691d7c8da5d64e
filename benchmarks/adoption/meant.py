"""Differences from stock nbgrader that are meant, with why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from benchmarks.adoption.compare import Difference


@dataclass(frozen=True)
class Meant:
    """A kind of difference, by regular expressions.

    Attributes:
        why: Why it is another thing with the engine.
        where: Of course, assignment and place, with slashes between them.
        stock: Of what it is with stock nbgrader.
        engine: Of what it is with the engine.
    """

    why: str
    where: str = ""
    stock: str = ""
    engine: str = ""

    def explains(self, where: str, difference: Difference) -> bool:
        """Whether a difference is of this kind."""
        found = ((self.where, where), (self.stock, difference.stock))
        return all(re.search(*one) for one in (*found, (self.engine, difference.engine)))


_ANOTHER_TYPE = (
    "Somebody has changed a cell's type: nbgrader takes the notebook for invalid, and the "
    "submission has no grade. The engine puts the cell right, notes it, and grades."
)

MEANT: tuple[Meant, ...] = (
    Meant(
        "The marker of hidden tests is misspelt: with nbgrader they reach students, the engine "
        "refuses to release them.",
        engine="^refused: the marker .* is misspelt",
    ),
    Meant(
        "A notebook downloads something: with nbgrader it has the machine's network, in the "
        "sandbox it has none. Grading stops before the first student, and says what to do.",
        where="/ grading$",
        engine="fails in the sandbox: URLError",
    ),
    Meant(
        _ANOTHER_TYPE, where="/ submitted-[a-z-]*cell-type-changed / ", stock="^nothing of .*hand"
    ),
    Meant(
        "A test returns more points than it has: nbgrader gives up on the submission, which has no "
        "grade then. The engine gives that test no points, and the submission waits for a human.",
        where="/ grading$",
        stock="partial credit cannot be greater than maximum points",
    ),
    Meant(_ANOTHER_TYPE, where="/ submitted-unchanged / grading$", stock="NotebookValidationError"),
    Meant(
        "A cell never ends and prints without end: nbgrader gives up on the submission, which has "
        "no grade then. The engine ends the cell, says so, and grades the rest.",
        where="infinite-loop",
        stock="CellTimeoutError",
    ),
)


def why(course: str, assignment: str, difference: Difference) -> str:
    """Say why a difference is meant; empty if it is not."""
    where = f"{course} / {assignment} / {difference.place}"
    for meant in MEANT:
        if meant.explains(where, difference):
            return meant.why
    return ""
