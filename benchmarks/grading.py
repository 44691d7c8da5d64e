"""The same submissions with stock nbgrader and the trusted runner, alternating in one run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.accounting import PeakMemory
from benchmarks.worker import READY, SERVER
from demo import classroom

# The sample submissions that stock nbgrader can grade to the end: it can't handle a file that is
# not JSON or a copied test cell, and an endless loop would measure its timeout.
STUDENTS = ("ada", "ben", "cleo", "dan", "eva", "finn", "gia", "hugo", "jon", "leo")
AGAIN = ("ada", "dan")
"""Submitted a second time under another name, to make twelve."""

STOCK = """\
from nbgrader.converters import Autograde
c.Autograde.sanitize_preprocessors = Autograde.sanitize_preprocessors.default_args[0]
c.Autograde.autograde_preprocessors = Autograde.autograde_preprocessors.default_args[0]
c.Execute.timeout = 900
"""


@dataclass
class Side:
    """Measurements of one of the two graders.

    Attributes:
        told: What the worker reported, per student.
        peak: Peak memory of all descendants of the worker, in bytes.
    """

    told: list[dict[str, Any]] = field(default_factory=list)
    peak: int = 0

    def cpu(self, *, once: bool = False) -> list[float]:
        """Processor seconds per submission, without or with the one-time start of the server."""
        return [t["cpu"] - (0.0 if once else t["spent"].get(SERVER, 0.0)) for t in self.told]

    def grades(self) -> dict[str, Mapping[str, float]]:
        """Points by student and test cell."""
        return {t["student"]: t["grades"] for t in self.told}


def measure(folder: Path, count: int) -> tuple[Side, Side]:
    """Grade ``count`` submissions both ways, alternating.

    Returns:
        The measurements of stock nbgrader, and those of the trusted runner.
    """
    students = _lay_out(folder, count)
    stock, trusted = Side(), Side()
    with _worker(folder / "stock", "stock") as one, _worker(folder / "trusted", "trusted") as other:
        for student in students:
            for side, worker in ((stock, one), (trusted, other)):
                with PeakMemory(worker.pid) as memory:
                    side.told.append(_ask(worker, student))
                side.peak = max(side.peak, memory.peak)
                last = side.told[-1]
                name = "stock" if side is stock else "trusted"
                print(f"{student:8} {name:8} {last['cpu']:7.1f} CPU s", flush=True)
    return stock, trusted


def figures(stock: Side, trusted: Side) -> dict[str, float | bool]:
    """Compute the figures to store."""
    return {
        "submissions": float(len(stock.told)),
        "stock_to_trusted_cpu_ratio": sum(stock.cpu()) / sum(trusted.cpu()),
        "stock_to_trusted_cpu_ratio_with_server_start": (
            sum(stock.cpu(once=True)) / sum(trusted.cpu(once=True))
        ),
        "cpu_seconds_per_submission_median": median(trusted.cpu()),
        "stock_cpu_seconds_per_submission_median": median(stock.cpu()),
        "server_start_cpu_seconds": sum(t["spent"].get(SERVER, 0.0) for t in trusted.told),
        "kernel_ready_seconds_median": median(
            t["spent"][READY] for t in trusted.told if READY in t["spent"]
        ),
        "peak_pss_mib": trusted.peak / 2**20,
        "same_grades": stock.grades() == trusted.grades(),
    }


def where_it_goes(trusted: Side) -> list[tuple[str, float]]:
    """Median processor seconds per step over the submissions, largest first."""
    names = {name for t in trusted.told for name in t["spent"]} - {READY, SERVER}
    steps = {name: median(t["spent"].get(name, 0.0) for t in trusted.told) for name in names}
    known = [sum(s for n, s in t["spent"].items() if n != READY) for t in trusted.told]
    rest = [t["cpu"] - k for t, k in zip(trusted.told, known, strict=True)]
    steps["all else: nbgrader, judging, files"] = median(rest)
    return sorted(steps.items(), key=lambda step: -step[1])


def _lay_out(folder: Path, count: int) -> Sequence[str]:
    shutil.rmtree(folder, ignore_errors=True)
    trusted, stock = folder / "trusted", folder / "stock"
    classroom.lay_out(trusted)
    command = [sys.executable, "-m", "proctor", "release", classroom.ASSIGNMENT]
    subprocess.run(command, cwd=trusted, check=True, capture_output=True)  # noqa: S603
    samples = {name: name for name in STUDENTS} | {f"{name}2": name for name in AGAIN}
    chosen = dict(list(samples.items())[:count])
    classroom.hand_in(trusted, chosen)
    shutil.copytree(trusted, stock)
    with (stock / "nbgrader_config.py").open("a") as config:
        config.write(STOCK)
    return list(chosen)


@contextmanager
def _worker(folder: Path, kind: str) -> Iterator[subprocess.Popen[str]]:
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "benchmarks.worker", kind],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(classroom.COURSE)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.communicate(timeout=60)


def _ask(worker: subprocess.Popen[str], student: str) -> dict[str, Any]:
    if worker.stdin is None or worker.stdout is None:
        raise RuntimeError("the worker has no pipes")
    print(student, file=worker.stdin, flush=True)
    line = worker.stdout.readline()
    if not line:
        raise RuntimeError(f"the worker ended while it graded {student}; see its log")
    told: dict[str, Any] = json.loads(line)
    return told
