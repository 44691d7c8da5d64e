"""A class of thirty: stock nbgrader beside the trusted runner on one worker and on two.

Two graders that share nothing, each with a class of its own, are also run at the same time: their
speedup is what two cores of the machine can give.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from nbgrader.api import Gradebook

from benchmarks.grading import AGAIN, STOCK, STUDENTS
from demo import classroom
from proctor.cli import EXIT_ATTENTION
from proctor.reporting.console.runlog import FOLDER

CLASS, STOCK_COUNT, ROUNDS = 30, 6, 5


@dataclass(frozen=True)
class Run:
    """Wall seconds of ``proctor grade``.

    Attributes:
        whole: Of the whole command.
        grading: From the first submission sent to a worker to the last one returned.
    """

    whole: float
    grading: float


@dataclass(frozen=True)
class Round:
    """Consecutive measurements; the machine's speed changes from round to round.

    Attributes:
        one: The class on one worker.
        two: The class on two workers.
        separate: Seconds of grading for two classes at once, on one worker each.
    """

    one: Run
    two: Run
    separate: float


def figures(folder: Path) -> dict[str, float | bool]:
    """Measure in turns: stock on six submissions, then one worker, two, and two graders on all.

    Stock nbgrader grades one submission after the other, so its time for six is scaled to the
    class. Ratios are taken within a round; their median is reported.
    """
    names = names_of_thirty()
    course = lay_out(folder / "trusted", dict(names))
    stock_names = dict(names[:STOCK_COUNT])
    stock_course = lay_out(folder / "stock", stock_names, STOCK)
    other = lay_out(folder / "other", dict(names))
    stock = seconds(stock_course, "-m", "nbgrader", "autograde", classroom.ASSIGNMENT)
    print(f"stock, {STOCK_COUNT} submissions: {stock:.1f} s", flush=True)
    rounds = [_round(number, course, other) for number in range(ROUNDS)]
    scaled = stock / STOCK_COUNT * CLASS
    print(f"stock, scaled to {CLASS} submissions: {scaled:.1f} s", flush=True)
    return {
        "class_throughput_ratio": scaled / median(r.two.whole for r in rounds),
        "class_same_grades": _grades(course, stock_names) == _grades(stock_course, stock_names),
        "two_workers_speedup": median(r.one.grading / r.two.grading for r in rounds),
        "two_workers_speedup_whole_commands": median(r.one.whole / r.two.whole for r in rounds),
        "two_separate_graders_speedup": median(2 * r.one.grading / r.separate for r in rounds),
        "class_worker_seconds_per_submission": median(r.two.grading for r in rounds) * 2 / CLASS,
        "class_seconds_two_workers": median(r.two.whole for r in rounds),
        "class_seconds_stock_scaled": scaled,
    }


def _round(number: int, course: Path, other: Path) -> Round:
    # Each goes first in every second round, so that drift favours neither.
    order = (1, 2) if number % 2 == 0 else (2, 1)
    runs = {jobs: _run(course, jobs) for jobs in order}
    found = Round(runs[1], runs[2], _side_by_side(course, other))
    print(
        f"one worker {found.one.grading:.1f} s ({found.one.whole:.1f} s in all), "
        f"two {found.two.grading:.1f} s ({found.two.whole:.1f} s), "
        f"two graders beside each other {found.separate:.1f} s",
        flush=True,
    )
    return found


def _run(course: Path, jobs: int) -> Run:
    arguments = ("grade", classroom.ASSIGNMENT, "--force", f"--jobs={jobs}")
    return Run(seconds(course, "-m", "proctor", *arguments), graded_in(course))


def names_of_thirty() -> list[tuple[str, str]]:
    """Return ids and samples; the samples repeat in order, so that any six are a fair mixture."""
    samples = [*STUDENTS, *AGAIN]
    return [
        (f"{samples[place % len(samples)]}-{place:02}", samples[place % len(samples)])
        for place in range(CLASS)
    ]


def lay_out(folder: Path, names: dict[str, str], settings: str = "") -> Path:
    """Create a course with the released lesson and submitted samples, by student id."""
    classroom.lay_out(folder, settings)
    command = [sys.executable, "-m", "proctor", "release", classroom.ASSIGNMENT]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    classroom.hand_in(folder, names)
    return folder


def seconds(
    folder: Path, *arguments: str, expected: Collection[int] = (0, EXIT_ATTENTION)
) -> float:
    """Measure wall seconds of Python with these arguments; some submissions may need attention."""
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in expected:
        raise RuntimeError(f"{arguments}: {done.stderr[-2000:]}")
    return time.monotonic() - started


def _side_by_side(*courses: Path) -> float:
    """Measure the seconds of grading on one worker when several classes are graded at once."""
    with ThreadPoolExecutor() as pool:
        arguments = ("-m", "proctor", "grade", classroom.ASSIGNMENT, "--force", "--jobs=1")
        list(pool.map(lambda course: seconds(course, *arguments), courses))
    return median(map(graded_in, courses))


def graded_in(folder: Path) -> float:
    """Return the seconds from the first submission sent to a worker to the last one returned."""
    log = max((folder / "autograded" / FOLDER).iterdir())
    events = [json.loads(line) for line in log.read_text().splitlines()]
    times = [datetime.fromisoformat(e["time"]) for e in events if e["event"] in ("begun", "done")]
    return (max(times) - min(times)).total_seconds()


def _grades(folder: Path, students: Sequence[str] | dict[str, str]) -> dict[str, list[float]]:
    found = {}
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "interpretation") as gradebook:
        for student in students:
            submission = gradebook.find_submission(classroom.ASSIGNMENT, student)
            grades = [g for notebook in submission.notebooks for g in notebook.grades]
            found[student] = [
                float(g.auto_score or 0) for g in sorted(grades, key=lambda g: g.name)
            ]
    return found
