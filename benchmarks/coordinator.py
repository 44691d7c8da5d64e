"""Cost of the coordinator itself: thousands of submissions whose grading takes no time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import psutil
from nbgrader.apps import NbGraderApp
from nbgrader.coursedir import CourseDirectory

from benchmarks.simulated import nothing
from benchmarks.worker import Nobody
from engine.tests.databases import postgresql
from proctor.backends.local import local_workers
from proctor.bundle.build import Bundle, pack
from proctor.execution.runner import Examine
from proctor.grading.changes import Changes
from proctor.grading.coordinator import Course, grade_class, submitted_students
from proctor.grading.gradebook.class_gradebook import ClassGradebook
from proctor.grading.planner import GradeOptions, plan_step
from proctor.reporting.console.table import GradeRow, Slowest
from proctor.seeds import course_secret

COUNT = 10_000

ASSIGNMENT, NOTEBOOK = "tiny", "exercise.ipynb"
_TINY = Path(__file__).resolve().parents[1] / "engine" / "tests" / "tiny_course"
_MIB = 1024 * 1024


def figures(folder: Path) -> dict[str, float | bool]:
    """Measure with SQLite, and with a PostgreSQL server that is started for this."""
    rate, growth = measure(folder / "coordinator", COUNT)
    found: dict[str, float | bool] = {
        "coordinator_submissions": float(COUNT),
        "coordinator_per_second_sqlite": rate,
        "coordinator_memory_growth_mib": growth,
    }
    print(f"SQLite: {rate:.0f} submissions per second, {growth:.0f} MiB more", flush=True)
    with postgresql(durable=True) as database:
        rate, growth = measure(folder / "coordinator", COUNT, database())
    print(f"PostgreSQL: {rate:.0f} submissions per second, {growth:.0f} MiB more", flush=True)
    return found | {
        "coordinator_per_second_postgresql": rate,
        "coordinator_memory_growth_mib": max(growth, float(found["coordinator_memory_growth_mib"])),
    }


def lay_out(folder: Path, count: int, db_url: str | None) -> None:
    """Create a released course with ``count`` submissions; an existing folder is removed first."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_TINY, folder)
    if db_url is not None:
        with (folder / "nbgrader_config.py").open("a") as config:
            config.write(f"\nc.CourseDirectory.db_url = {db_url!r}\n")
    nb = jupytext.read(_TINY / "exercise.py")
    nbformat.write(nb, folder / "source" / ASSIGNMENT / NOTEBOOK)
    command = [sys.executable, "-m", "proctor", "release", ASSIGNMENT]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    text = (folder / "release" / ASSIGNMENT / NOTEBOOK).read_bytes()
    for number in range(count):
        place = folder / "submitted" / f"student{number:06}" / ASSIGNMENT
        place.mkdir(parents=True)
        (place / NOTEBOOK).write_bytes(text)


def measure(folder: Path, count: int, db_url: str | None = None) -> tuple[float, float]:
    """Grade a simulated class.

    Args:
        folder: Folder for the course.
        count: Number of submissions.
        db_url: URL of the gradebook; None means SQLite in the folder.

    Returns:
        Submissions per second from the first to the last, and the growth of the coordinator's
        and its scheduler's memory during the run in MiB.
    """
    lay_out(folder, count, db_url)
    app = NbGraderApp()
    app.initialize([])
    app.config.CourseDirectory.root = str(folder)
    if db_url is not None:
        app.config.CourseDirectory.db_url = db_url
    coursedir = CourseDirectory(parent=app)
    scripts = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)])
    before = Path.cwd()
    os.chdir(folder)
    try:
        bundle = pack(app, coursedir, ASSIGNMENT)
        return _grade(app, coursedir, bundle)
    finally:
        os.chdir(before)


def _grade(app: NbGraderApp, coursedir: CourseDirectory, bundle: Bundle) -> tuple[float, float]:
    process = psutil.Process()
    examine = Examine(parent=app)
    checks, secret = examine.hidden_tests(), course_secret(examine.course)
    course = Course(coursedir, bundle.contents, bundle.hash, checks, secret)
    rows, slowest = [], Slowest()
    with (
        ClassGradebook(coursedir.db_url, coursedir.course_id, ASSIGNMENT) as gradebook,
        local_workers(bundle, nothing, 2) as workers,
    ):
        started, memory = time.monotonic(), _memory(process)
        names = list(bundle.contents.notebooks)
        about: dict[str, Any] = {
            "names": names,
            "changes": Changes(bundle.hash, {}),
            "recorded": None,
            "options": GradeOptions(),
        }
        students = submitted_students(coursedir, ASSIGNMENT)
        steps = [plan_step(coursedir, ASSIGNMENT, student, **about) for student in students]
        for recorded in grade_class(course, steps, workers, gradebook, Nobody()):
            rows.append(GradeRow.of(recorded))
            slowest.add(recorded)
        seconds = time.monotonic() - started
        growth = (_memory(process) - memory) / _MIB
    if len(rows) != len(students):
        raise RuntimeError(f"{len(rows)} of {len(students)} were graded")
    return len(rows) / seconds, growth


def _memory(process: psutil.Process) -> int:
    """Memory in bytes of the coordinator and its child processes: the supervisor, not workers."""
    return sum(one.memory_info().rss for one in (process, *process.children()))
