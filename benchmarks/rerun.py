"""A class of thirty that is graded already: what it costs to find that there is nothing to do."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks.whole_class import lay_out, names_of_thirty, seconds
from demo.classroom import ASSIGNMENT

_TIMES = 5


def figures(folder: Path) -> dict[str, float | bool]:
    """Measure whole commands, imports included, in turns."""
    course = lay_out(folder / "rerun", dict(names_of_thirty()))
    seconds(course, "proctor", "grade", ASSIGNMENT)
    nothing, told = [], []
    for _ in range(_TIMES):
        nothing.append(seconds(course, "proctor", "grade", ASSIGNMENT))
        told.append(seconds(course, "proctor", "--help"))
    return {"noop_rerun_seconds": median(nothing), "proctor_help_seconds": median(told)}
