"""What is told of each exercise of a submission: tests, and what is marked by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from proctor.cell_labels import CellKey, labels
from proctor.exports.outcome import Outcome, message, title
from proctor.results import ExerciseResult, ExerciseStatus, Receipt
from proctor.text import plain

_WAITING = "Waits for a mark by hand."
_MARKED = "Marked by hand."
_EMPTY = "There is no answer to mark."


@dataclass(frozen=True)
class ExerciseLine:
    """One exercise.

    Attributes:
        title: Display name, which no other exercise of the submission has.
        score: Points earned; None if it waits for a mark by hand.
        max_score: Maximum points.
        status: That of the exercise; ``waiting`` and ``marked`` are said of marks by hand.
        message: Message for the student.
        result: The verdict of its test; None if it is marked by hand.
    """

    title: str
    score: float | None
    max_score: float
    status: ExerciseStatus | Literal["waiting", "marked"]
    message: str
    result: ExerciseResult | None = None

    def points(self, separator: str = " of ") -> str:
        """Return earned and maximum points as text; a dash stands for a mark that is missing."""
        earned = "–" if self.score is None else f"{self.score:g}"
        return f"{earned}{separator}{self.max_score:g}"


def lines_of(
    receipts: Sequence[Receipt],
    points: Mapping[CellKey, float] | None = None,
    max_points: Mapping[CellKey, float] | None = None,
    limit: int = 2000,
) -> list[ExerciseLine]:
    """Return the exercises of a submission, by notebook: tests, then what is marked by hand.

    Args:
        receipts: One per notebook.
        points: The gradebook's points, which count where there are some.
        max_points: The gradebook's maximum points.
        limit: Maximum characters of a message.
    """
    known, most = points or {}, max_points or {}
    titles = labels(
        {
            key: name
            for receipt in receipts
            for key, name in [
                *((receipt.key_of(one), title(one)) for one in receipt.exercises),
                *(
                    (key, plain(receipt.names.get(key, key.cell), 200))
                    for key in _marked_by_hand(receipt)
                ),
            ]
        }
    )
    lines = []
    for receipt in receipts:
        for one in receipt.exercises:
            key = receipt.key_of(one)
            score, said = known.get(key, one.score), message(one, limit)
            lines.append(ExerciseLine(titles[key], score, one.max_score, one.status, said, one))
        for key, given in _marked_by_hand(receipt).items():
            worth = most.get(key, receipt.human.points.get(key.cell, 0.0))
            lines.append(_by_hand(titles[key], given, known.get(key), worth))
    return lines


def _marked_by_hand(receipt: Receipt) -> dict[CellKey, float | None]:
    return {CellKey(receipt.stem, cell): score for cell, score in receipt.human.scores.items()}


def lines_of_outcome(outcome: Outcome) -> list[ExerciseLine]:
    """Return the exercises of a submission that has no gradebook.

    Of one that was refused only the tests are told: nobody will mark it.
    """
    lines = lines_of(outcome.receipts)
    return [line for line in lines if line.result is not None] if outcome.refused else lines


def _by_hand(
    title: str, score: float | None, marked: float | None, max_score: float
) -> ExerciseLine:
    if marked is not None and marked != score:
        return ExerciseLine(title, marked, max_score, "marked", _MARKED)
    if score is not None:
        return ExerciseLine(title, score, max_score, "missing", _EMPTY)
    return ExerciseLine(title, None, max_score, "waiting", _WAITING)
