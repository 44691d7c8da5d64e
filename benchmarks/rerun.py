"""A second run on a graded class of thirty: the cost of finding that there is nothing to do."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks.whole_class import lay_out, names_of_thirty, seconds
from demo.classroom import ASSIGNMENT

_TIMES = 5
_IMPORTS = (
    "import proctor._import_workarounds, proctor.cli.grade, proctor.grading.coordinator, "
    "proctor.bundle.build, util.hidden_tests"
)
"""The imports of such a run, including the course's hidden tests."""


def figures(folder: Path) -> dict[str, float | bool]:
    """Measure in turns: the command, its imports on their own, and ``--help``."""
    course = lay_out(folder / "rerun", dict(names_of_thirty()))
    seconds(course, "-m", "proctor", "grade", ASSIGNMENT)
    nothing, imports, told = [], [], []
    for _ in range(_TIMES):
        nothing.append(seconds(course, "-m", "proctor", "grade", ASSIGNMENT))
        imports.append(seconds(course, "-c", _IMPORTS, expected=(0,)))
        told.append(seconds(course, "-m", "proctor", "--help"))
    return {
        "noop_rerun_seconds": median(a - b for a, b in zip(nothing, imports, strict=True)),
        "noop_rerun_seconds_with_imports": median(nothing),
        "proctor_help_seconds": median(told),
    }
