"""Compute statistics of a class."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

from proctor.cell_labels import CellKey, labels
from proctor.exports.outcome import message, title
from proctor.reporting.class_report.inputs import Work
from proctor.results import NEEDS_MANUAL_GRADE, ExerciseResult, ExerciseStatus
from proctor.text import plain

_EXAMPLES = 5
_NO_REASON = "no reason was noted"


@dataclass(frozen=True)
class ExerciseStatistics:
    """Statistics of one exercise over the whole class.

    Attributes:
        key: Its notebook and test cell.
        title: Display name, which no other exercise has.
        counts: Submissions by status.
        passed: Share of the submissions that passed, 0 to 1.
        points: Mean points, with marks by hand.
        max_points: Maximum points.
        seconds: Median and maximum wall time of its challenge in seconds; None if none was posed.
        mib: Median and maximum memory of the notebooks meanwhile, in MiB.
        in_kernel: Why it was judged in the students' kernels; empty if it was not.
    """

    key: CellKey
    title: str
    counts: Mapping[ExerciseStatus, int]
    passed: float
    points: float
    max_points: float
    seconds: tuple[float, float] | None
    mib: tuple[float, float] | None
    in_kernel: str


@dataclass(frozen=True)
class Misconception:
    """A known mistake that answers matched.

    Attributes:
        name: Its identifier.
        exercise: Display name of the exercise.
        message: Message for the students who made it.
        works: Work of the students who made it.
    """

    name: str
    exercise: str
    message: str
    works: Sequence[Work]

    @property
    def examples(self) -> Sequence[Work]:
        """Some of the works that have a feedback page."""
        return [work for work in self.works if work.link][:_EXAMPLES]


@dataclass(frozen=True)
class Attention:
    """A submission that staff should review.

    Attributes:
        work: The submission.
        why: The reasons.
    """

    work: Work
    why: Sequence[str]


def exercise_figures(works: Sequence[Work]) -> list[ExerciseStatistics]:
    """Return the statistics of each exercise, in notebook order."""
    found: dict[CellKey, list[ExerciseResult]] = defaultdict(list)
    points: dict[CellKey, list[float]] = defaultdict(list)
    times: dict[CellKey, list[tuple[float, float]]] = defaultdict(list)
    for work in works:
        for receipt in work.grade.receipts:
            measured = {cell.cell: (cell.seconds, cell.mib) for cell in receipt.cells}
            for key, result in receipt.by_key.items():
                found[key].append(result)
                points[key].append(work.grade.points.get(key, result.score))
                if result.test in measured:
                    times[key].append(measured[result.test])
    titles = _titles(found)
    return [
        _figures(key, titles[key], results, points[key], times[key])
        for key, results in found.items()
    ]


def _titles(found: Mapping[CellKey, Sequence[ExerciseResult]]) -> dict[CellKey, str]:
    return labels({key: title(results[0]) for key, results in found.items()})


def _figures(
    key: CellKey,
    name: str,
    results: Sequence[ExerciseResult],
    points: Sequence[float],
    times: Sequence[tuple[float, float]],
) -> ExerciseStatistics:
    counts = Counter(result.status for result in results)
    return ExerciseStatistics(
        key=key,
        title=name,
        counts=counts,
        passed=counts["passed"] / len(results),
        points=mean(points),
        max_points=results[0].max_score,
        seconds=_median_and_max([seconds for seconds, _ in times]),
        mib=_median_and_max([mib for _, mib in times if mib]),
        in_kernel=next((_reason(one) for one in results if one.verdict == "in-kernel"), ""),
    )


def _reason(result: ExerciseResult) -> str:
    return plain(result.reason, 300) or _NO_REASON


def _median_and_max(values: Sequence[float]) -> tuple[float, float] | None:
    return (median(values), max(values)) if values else None


def misconceptions(works: Iterable[Work]) -> list[Misconception]:
    """Return the known mistakes, the most common first."""
    found: dict[tuple[CellKey, str], list[tuple[Work, ExerciseResult]]] = defaultdict(list)
    everything: dict[CellKey, list[ExerciseResult]] = defaultdict(list)
    for work in works:
        for key, result in work.results.items():
            everything[key].append(result)
            if result.misconception:
                found[key, result.misconception].append((work, result))
    titles = _titles(everything)
    common = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Misconception(
            name=name,
            exercise=titles[key],
            message=message(made[0][1], 600),
            works=[work for work, _ in made],
        )
        for (key, name), made in common
    ]


def attention(works: Iterable[Work]) -> list[Attention]:
    """Return the submissions that staff should review, with reasons."""
    found = []
    for work in works:
        why = [r.reason or _NO_REASON for r in work.grade.receipts if r.status != "graded"]
        why += [note for receipt in work.grade.receipts for note in receipt.notes]
        if work.unread:
            why.append(work.unread)
        if work.grade.status == "not_graded":
            why.append("handed in, but not graded yet, or its receipt can't be read")
        # What only waits for marks has a table of its own: it may be the whole class.
        elif work.grade.status == NEEDS_MANUAL_GRADE and not work.grade.outstanding:
            why.append(work.grade.reason)
        if why:
            found.append(Attention(work, why))
    return found
