"""A check: the hidden test of one exercise, as one function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from proctor.checks.student import Student


@dataclass(frozen=True)
class Verdict:
    """The result of a check.

    Attributes:
        score: Share of the exercise's points, 0 to 1.
        message: Text shown to the student; it must not contain what the check expects.
        misconception: Identifier of a known mistake that the student's function makes, if any.

    Raises:
        ValueError: The score is outside of 0 to 1.
    """

    score: float
    message: str
    misconception: str | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"A verdict's score lies in 0 to 1; got {self.score!r}.")


@dataclass(frozen=True)
class Picture:
    """A picture for the student, such as one of what the student's function returns.

    Attributes:
        title: A short title, such as ``Your map``.
        alt: Alternative text.
        jpeg: The picture as JPEG bytes.
    """

    title: str
    alt: str
    jpeg: bytes


@dataclass(frozen=True)
class Check:
    """One exercise's hidden test.

    Attributes:
        id: The exercise's name, as used in the notebook's test cell and in reports.
        cell: The marker of the exercise's solution cell, such as ``UNQ_C1``.
        run: Reaches the verdict. All that it draws comes from the generator, so that it can be
            repeated. What the student's function raises it may let pass; an attribute
            ``explanation`` of the exception is then told in place of its text.
        draw: Draws what the student's function does, for illustration only, once there is a
            verdict. If it raises, there are no pictures.
    """

    id: str
    cell: str
    run: Callable[[Student, np.random.Generator], Verdict]
    draw: Callable[[Student], Sequence[Picture]] | None = None


def check(
    id: str,
    *,
    cell: str,
    draw: Callable[[Student], Sequence[Picture]] | None = None,
) -> Callable[[Callable[[Student, np.random.Generator], Verdict]], Check]:
    """Make a check of the function below it; see `Check` for the arguments.

    Example::

        @check("double", cell="UNQ_C1")
        def double(student, rng):
            value = float(rng.normal())
            right = student.double(value) == 2 * value
            return Verdict(1.0, "Right.") if right else Verdict(0.0, "That is not twice the value.")
    """
    return lambda run: Check(id, cell, run, draw)
