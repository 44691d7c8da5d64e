"""Differences from stock nbgrader that are meant, with why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from benchmarks.adoption.compare import Difference


@dataclass(frozen=True)
class Meant:
    """A kind of difference.

    Attributes:
        where: Regular expression for course, assignment and place, with slashes between them.
        stock: Regular expression for what it is with stock nbgrader.
        why: Why it is another thing with the engine.
    """

    where: str
    why: str
    stock: str = ""


MEANT: tuple[Meant, ...] = ()


def why(course: str, assignment: str, difference: Difference) -> str:
    """Say why a difference is meant; empty if it is not."""
    where = f"{course} / {assignment} / {difference.place}"
    for meant in MEANT:
        if re.search(meant.where, where) and re.search(meant.stock, difference.stock):
            return meant.why
    return ""
