"""How long a class takes on a number of workers, computed from measurements on two cores."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "engine" / "docs" / "scaling.md"
STUDENTS = (30, 300, 3_000, 30_000, 100_000)
WORKERS = (1, 2, 8, 32, 128)

_PLACE = re.compile(r"(<!-- scaling -->\n).*(<!-- /scaling -->)", flags=re.DOTALL)


def hours(students: int, workers: int, *, wall: float, start: float, coordinator: float) -> float:
    """Compute the hours that a class takes.

    The workers share the class evenly, after each has started its fork server; the coordinator may
    be the bottleneck instead.

    Args:
        students: Number of submissions.
        workers: Number of workers, one per core.
        wall: Wall seconds of one submission on a worker.
        start: Wall seconds until a worker is ready.
        coordinator: Submissions per second that the coordinator can record.
    """
    return max(start + students / workers * wall, students / coordinator) / 3600


def table(found: Mapping[str, float | bool]) -> str:
    """Return the Markdown table and the figures that it is computed from."""
    wall = float(found["class_worker_seconds_per_submission"])
    cpu = float(found["cpu_seconds_per_submission_median"])
    start = float(found["server_start_cpu_seconds"])
    rates = [float(found[f"coordinator_per_second_{kind}"]) for kind in ("sqlite", "postgresql")]
    lines = [
        f"Computed from {wall:.2f} wall seconds and {cpu:.2f} processor seconds per submission, "
        f"{start:.1f} processor seconds until a worker is ready, and {min(rates):.0f} submissions "
        "per second that the coordinator can write down:",
        "",
        "| students | processor hours | " + " | ".join(map(_workers, WORKERS)) + " |",
        "|---|---|" + "---|" * len(WORKERS),
    ]
    for students in STUDENTS:
        times = [
            _in_words(hours(students, n, wall=wall, start=start, coordinator=min(rates)))
            for n in WORKERS
        ]
        cost = (
            f"{students * cpu / 3600:.2g}" if students < 10_000 else f"{students * cpu / 3600:.0f}"
        )
        lines.append(f"| {students:,} | {cost} | " + " | ".join(times) + " |")
    return "\n".join(lines)


def write(found: Mapping[str, float | bool], page: Path = PAGE) -> None:
    """Replace the table in the page, between its markers."""
    text = page.read_text()
    if not _PLACE.search(text):
        raise ValueError(f"{page} has no place for the table.")
    page.write_text(_PLACE.sub(lambda m: f"{m[1]}{table(found)}\n{m[2]}", text))


def _workers(count: int) -> str:
    return "1 worker" if count == 1 else f"{count} workers"


def _in_words(duration: float) -> str:
    minutes = duration * 60
    if minutes < 1:
        return f"{minutes * 60:.0f} s"
    return f"{minutes:.0f} min" if minutes < 100 else f"{duration:.1f} h"
