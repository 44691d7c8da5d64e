"""What the zygote is worth: the class of thirty on eight workers, with it and without."""

from __future__ import annotations

import threading
from pathlib import Path
from statistics import median

import psutil

from benchmarks.whole_class import lay_out, names_of_thirty, seconds
from demo.classroom import ASSIGNMENT

_ROUNDS, _JOBS = 3, 8
_PAUSE = 0.2
_GRADE = """
import contextlib, sys
import proctor.backends.local as local
if sys.argv[1] == "each imports by itself":
    local.zygote = lambda plan, folder: contextlib.nullcontext()
from proctor.cli.app import main
sys.argv[1:] = sys.argv[2:]
main()
"""
_KINDS = ("one imports for all", "each imports by itself")


def figures(folder: Path) -> dict[str, float | bool]:
    """Measure wall seconds of whole commands, and by how much the machine's free memory falls."""
    course = lay_out(folder / "shared_imports", dict(names_of_thirty()))
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in _KINDS}
    for number in range(_ROUNDS):
        for kind in _KINDS if number % 2 == 0 else _KINDS[::-1]:
            found[kind].append(_run(course, kind))
            wall, memory = found[kind][-1]
            print(f"{_JOBS} workers, {kind}: {wall:.1f} s, {memory:,.0f} MiB", flush=True)
    shared, separate = (found[kind] for kind in _KINDS)
    return {
        "eight_workers_separate_to_shared_imports": median(
            b[0] / a[0] for a, b in zip(shared, separate, strict=True)
        ),
        "eight_workers_shared_imports_mib": median(memory for _, memory in shared),
        "eight_workers_separate_imports_mib": median(memory for _, memory in separate),
    }


def _run(course: Path, kind: str) -> tuple[float, float]:
    before = lowest = psutil.virtual_memory().available
    done = threading.Event()

    def watch() -> None:
        nonlocal lowest
        while not done.wait(_PAUSE):
            lowest = min(lowest, psutil.virtual_memory().available)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        arguments = ("grade", ASSIGNMENT, "--force", f"--jobs={_JOBS}")
        wall = seconds(course, "-c", _GRADE, kind, *arguments)
    finally:
        done.set()
        watcher.join()
    return wall, (before - lowest) / 2**20
