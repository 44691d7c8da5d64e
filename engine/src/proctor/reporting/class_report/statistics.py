"""Count what a class did."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

from proctor.exports.outcome import message, title
from proctor.reporting.class_report.inputs import Work
from proctor.results import ExerciseResult, ExerciseStatus

_EXAMPLES = 5


@dataclass(frozen=True)
class ExerciseFigures:
    """One exercise over the whole class.

    Attributes:
        id: The check's id.
        title: What it is called.
        counts: Submissions by status.
        passed: Share of the submissions that passed, 0 to 1.
        points: Mean points.
        max_points: Points to earn.
        seconds: Median and most wall seconds of its question; none where nothing was asked.
        mib: Median and most MiB of memory that notebooks needed meanwhile.
    """

    id: str
    title: str
    counts: Mapping[ExerciseStatus, int]
    passed: float
    points: float
    max_points: float
    seconds: tuple[float, float] | None
    mib: tuple[float, float] | None


@dataclass(frozen=True)
class Misconception:
    """A known mistake that answers matched.

    Attributes:
        name: Its identifier.
        exercise: What the exercise is called.
        message: What a student who made it was told.
        works: Who made it.
    """

    name: str
    exercise: str
    message: str
    works: Sequence[Work]

    @property
    def examples(self) -> Sequence[Work]:
        """Some of them who have a page to look at."""
        return [work for work in self.works if work.link][:_EXAMPLES]


@dataclass(frozen=True)
class Attention:
    """A submission that a human should look at.

    Attributes:
        work: The submission.
        why: Each reason.
    """

    work: Work
    why: Sequence[str]


def exercise_figures(works: Sequence[Work]) -> list[ExerciseFigures]:
    """Each exercise's figures, in the order of the notebook."""
    found: dict[str, list[ExerciseResult]] = defaultdict(list)
    times: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for work in works:
        for receipt in work.grade.receipts:
            measured = {cell.cell: (cell.seconds, cell.mib) for cell in receipt.cells}
            for result in receipt.exercises:
                found[result.id].append(result)
                if result.test in measured:
                    times[result.id].append(measured[result.test])
    return [_figures(name, results, times[name]) for name, results in found.items()]


def _figures(
    name: str, results: Sequence[ExerciseResult], times: Sequence[tuple[float, float]]
) -> ExerciseFigures:
    counts = Counter(result.status for result in results)
    return ExerciseFigures(
        id=name,
        title=title(results[0]),
        counts=counts,
        passed=counts["passed"] / len(results),
        points=mean(result.score for result in results),
        max_points=results[0].max_score,
        seconds=_middle_and_most([seconds for seconds, _ in times]),
        mib=_middle_and_most([mib for _, mib in times if mib]),
    )


def _middle_and_most(values: Sequence[float]) -> tuple[float, float] | None:
    return (median(values), max(values)) if values else None


def misconceptions(works: Iterable[Work]) -> list[Misconception]:
    """Known mistakes, the commonest first."""
    found: dict[tuple[str, str], list[tuple[Work, ExerciseResult]]] = defaultdict(list)
    for work in works:
        for result in work.results:
            if result.misconception:
                found[result.id, result.misconception].append((work, result))
    common = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Misconception(
            name=name,
            exercise=title(made[0][1]),
            message=message(made[0][1], 600),
            works=[work for work, _ in made],
        )
        for (_, name), made in common
    ]


def attention(works: Iterable[Work]) -> list[Attention]:
    """Everything that waits for a human, with why."""
    found = []
    for work in works:
        why = [
            r.reason or "no reason was noted" for r in work.grade.receipts if r.status != "graded"
        ]
        why += [note for receipt in work.grade.receipts for note in receipt.notes]
        if work.unread:
            why.append(work.unread)
        if work.grade.status == "not_graded":
            why.append("handed in, but not graded yet, or its receipt can't be read")
        elif work.grade.status == "graded" and not work.grade.settled:
            why.append("marks by hand are outstanding, or stood before it was graded again")
        if why:
            found.append(Attention(work, why))
    return found
