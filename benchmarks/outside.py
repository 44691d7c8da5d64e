"""What it costs to judge ordinary tests outside of the student's kernel.

A class that submits a notebook of asserts is graded by the same engine twice, in turns: with tests
judged outside, and in the kernel as nbgrader does. One call is timed on its own, from one process
to another.
"""

from __future__ import annotations

import multiprocessing
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks.whole_class import graded_in, seconds
from proctor.remote.link import SocketLink
from proctor.remote.student import StudentSide
from proctor.remote.test_side import TestSide

_STUDENTS, _EXERCISES, _ROUNDS, _CALLS = 20, 8, 5, 5000
ASSIGNMENT = "asserts"
_SOLUTION = """\
### BEGIN SOLUTION
def powers_{0}(n):
    return [i ** {0} for i in range(1, n + 1)]
### END SOLUTION"""
_TEST = """\
import numpy as np
assert powers_{0}(3) == [1, 2 ** {0}, 3 ** {0}]
assert abs(np.mean(powers_{0}(9)) - np.mean(np.arange(1, 10) ** {0})) < 1e-9
for n in range(10):
    assert len(powers_{0}(n)) == n
### BEGIN HIDDEN TESTS
assert powers_{0}(1) == [1]
### END HIDDEN TESTS"""


def figures(folder: Path) -> dict[str, float | bool]:
    """Measure a call, and a class in turns."""
    courses = {verdict: lay_out(folder / verdict, verdict) for verdict in ("auto", "in-kernel")}
    pairs = _in_turns(courses, 1)
    tests = _STUDENTS * _EXERCISES
    return {
        "outside_to_inkernel_ratio": median(outside / inside for outside, inside in pairs),
        "outside_to_inkernel_ratio_two_workers": median(
            outside / inside for outside, inside in _in_turns(courses, 2)
        ),
        "outside_milliseconds_per_test": median(1e3 * (a - b) / tests for a, b in pairs),
        "outside_call_microseconds": _call_microseconds(),
    }


def _in_turns(courses: Mapping[str, Path], jobs: int) -> list[tuple[float, float]]:
    """Seconds from the first submission to the last, outside and in the kernel."""
    times: dict[str, list[float]] = {verdict: [] for verdict in courses}
    for number in range(_ROUNDS):
        # Each goes first in every second round, so that drift favours neither.
        for verdict in sorted(courses, reverse=bool(number % 2)):
            arguments = ("grade", ASSIGNMENT, "--force", f"--jobs={jobs}")
            seconds(courses[verdict], "-m", "proctor", *arguments)
            times[verdict].append(graded_in(courses[verdict]))
        shown = {verdict: round(found[-1], 2) for verdict, found in times.items()}
        print(f"{jobs} workers:", shown, flush=True)
    return list(zip(times["auto"], times["in-kernel"], strict=True))


def lay_out(folder: Path, verdict: str) -> Path:
    """Create a course of exercises and asserts, released, with solutions that are handed in."""
    nb = new_notebook()
    nb.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    for exercise in range(1, _EXERCISES + 1):
        for kind, text in (("solution", _SOLUTION), ("test", _TEST)):
            cell = new_code_cell(text.format(exercise))
            cell.metadata["nbgrader"] = {
                "grade_id": f"{kind}-{exercise}",
                "grade": kind == "test",
                "solution": kind == "solution",
                "locked": kind == "test",
                "task": False,
                "schema_version": 3,
                "cell_type": "code",
                **({"points": 1} if kind == "test" else {}),
            }
            nb.cells.append(cell)
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, source / "asserts.ipynb")
    settings = f"c.Examine.verdict = {verdict!r}\nc.Sandbox.preload = ['numpy']\n"
    (folder / "nbgrader_config.py").write_text(f"c = get_config()\n{settings}")
    command = [sys.executable, "-m", "proctor", "release", ASSIGNMENT, "--force"]
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - our own command
    for student in range(_STUDENTS):
        place = folder / "submitted" / f"s{student:02}" / ASSIGNMENT
        place.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, place / "asserts.ipynb")
    return folder


def _call_microseconds() -> float:
    """Time calls of a function in another process that takes and returns a short list."""
    ours, theirs = socket.socketpair()
    process = multiprocessing.get_context("fork").Process(target=_answer, args=(theirs,))
    process.start()
    theirs.close()
    side = TestSide(SocketLink(ours))
    function = side.get("same")
    for _ in range(100):
        function([1, 2, 3])
    side.requests = 0
    started = time.perf_counter()
    for _ in range(_CALLS):
        function([1, 2, 3])
    elapsed = time.perf_counter() - started
    side.end()
    process.join()
    return 1e6 * elapsed / _CALLS


def _answer(connection: socket.socket) -> None:
    StudentSide(SocketLink(connection), {"same": lambda values: values}).serve()
