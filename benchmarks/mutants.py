"""How many mutants of a solution `proctor strength` tries in a second, without TensorFlow."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.outside import ASSIGNMENT, lay_out

_ROUNDS = 3


def figures(folder: Path) -> dict[str, float | bool]:
    """Measure on two workers, with tests that are judged outside and in the kernel."""
    found = {}
    for verdict, key in (
        ("auto", "mutants_per_second"),
        ("in-kernel", "mutants_per_second_inside"),
    ):
        course = lay_out(folder / verdict, verdict)
        found[key] = median(_per_second(course) for _ in range(_ROUNDS))
    return found


def _per_second(course: Path) -> float:
    command = [sys.executable, "-m", "proctor", "strength", ASSIGNMENT, "--jobs=2"]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=course, capture_output=True, text=True, check=True
    )
    told = re.search(r"(\d+) mutants in .*, ([\d.]+) per second", done.stdout)
    if told is None:
        raise RuntimeError(done.stdout[-2000:])
    print(told[0], flush=True)
    return float(told[2])
