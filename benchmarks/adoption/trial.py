"""Take courses through release and grading with both, and keep what was found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.adoption.compare import (
    Difference,
    release_differences,
    released_cells,
    score_differences,
)
from benchmarks.adoption.courses import PublicCourse
from benchmarks.adoption.layout import ENGINE, STOCK, LaidOut, lay_out
from benchmarks.adoption.sides import Outcome, run
from benchmarks.adoption.submissions import MADE

FOUND = "found.json"
_NO_REASON = ("There was an error processing", "Please see", "Traceback")


@dataclass(frozen=True)
class Row:
    """What was found of an assignment.

    Attributes:
        course: Name of the course.
        assignment: Name of the assignment.
        cells: Cells of the release that were compared.
        scores: Scores that were compared.
        points: What the solved submission gets with stock nbgrader.
        of: What it can get.
        notes: What the engine noted of the submissions that were made here.
        differences: What is another thing with the engine.
        neither: What neither of the two does, and what stock nbgrader says.
        lacks: What the solved submission does not find with stock nbgrader.
    """

    course: str
    assignment: str
    cells: int
    scores: int
    points: float
    of: float
    notes: list[str]
    differences: list[Difference]
    neither: str
    lacks: list[str] = field(default_factory=list)


def try_course(course: PublicCourse, repository: Path, folder: Path) -> list[Row]:
    """Release and grade all assignments of a course with both.

    Args:
        course: What to take.
        repository: The repository's files.
        folder: A folder for the two courses, emptied first; what was found is kept in it.
    """
    laid = lay_out(course, repository, folder)
    rows = [row for name in laid.assignments for row in _tried(course, laid, name)]
    (folder / FOUND).write_text(json.dumps([asdict(row) for row in rows], indent=1))
    return rows


def found_before(folder: Path) -> list[Row]:
    """Read what was found of a course."""
    path = folder / FOUND
    rows = json.loads(path.read_text()) if path.exists() else []
    return [
        Row(**{**row, "differences": [Difference(**one) for one in row["differences"]]})
        for row in rows
    ]


def _tried(course: PublicCourse, laid: LaidOut, assignment: str) -> Iterator[Row]:
    handed = laid.handed.get(assignment, [])
    with ThreadPoolExecutor(2) as pool:
        stock, engine = pool.map(
            lambda side: run(side, laid.folder / side, assignment, handed), (STOCK, ENGINE)
        )
    row = compared(course.name, assignment, stock, engine)
    print(f"{course.name}, {assignment}: {row.cells} cells, {row.scores} scores", flush=True)
    for difference in row.differences:
        print(f"  {difference}", flush=True)
    yield row


def compared(course: str, assignment: str, stock: Outcome, engine: Outcome) -> Row:
    """Compare what the two made of an assignment."""
    differences: list[Difference] = []
    cells, neither = 0, ""
    if stock.release and engine.release:
        differences += release_differences(stock.release, engine.release)
        cells = released_cells(stock.release)
        if stock.said and engine.said and not _has_points(stock) and not _has_points(engine):
            neither = f"graded: {last_error(stock.said)}"
        elif not engine.said or engine.scores:
            differences += score_differences(stock.scores, engine.scores)
        if bool(stock.said) != bool(engine.said):
            differences.append(Difference("grading", _graded(stock), _graded(engine)))
    elif stock.release or engine.release:
        differences.append(Difference("release", _made(stock), _made(engine)))
    else:
        neither = f"released: {last_error(stock.said)}"
    solved = [score for place, score in stock.scores.items() if place[0] == "solved"]
    return Row(
        course,
        assignment,
        cells,
        len(stock.scores.keys() & engine.scores.keys()),
        sum(score.points or 0.0 for score in solved),
        sum(score.of for score in solved if not score.by_hand),
        [note for student in MADE for note in engine.notes.get(student, ())],
        differences,
        neither,
        stock.lacks,
    )


def _has_points(outcome: Outcome) -> bool:
    return any(score.points is not None for score in outcome.scores.values())


def _graded(outcome: Outcome) -> str:
    return f"not graded: {last_error(outcome.said)}" if outcome.said else "graded"


def _made(outcome: Outcome) -> str:
    return "made" if outcome.release else f"refused: {last_error(outcome.said)}"


def last_error(said: str) -> str:
    """What a command says went wrong, in one line of nbgrader's or the engine's."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    ours = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    raised = [line for line in lines if re.match(r"[\w.]*(Error|Exception|NoSuchKernel)\b", line)]
    logged = [line.partition("| ERROR] ")[2] for line in lines]
    logged = [text for text in logged if text and not text.startswith(_NO_REASON)]
    found = [*ours[:1], *raised[-1:], *logged[-1:], *lines[-1:], "nothing"]
    return found[0][:300]
