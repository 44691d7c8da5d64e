"""A persistent grader: reads student ids from stdin and grades them one after the other.

``python -m benchmarks.worker stock|trusted`` in a course folder. After each student it prints a
JSON line: the grades by test cell, and the processor seconds by step.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderApp
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from benchmarks.accounting import tree_cpu_seconds
from demo.classroom import ASSIGNMENT
from proctor.backends.inline import InProcess, in_process
from proctor.bundle.build import pack
from proctor.course_layout import submitted_folder
from proctor.execution import session
from proctor.execution.runner import Examine
from proctor.grading.coordinator import Course, Recorded, grade_class
from proctor.grading.core import grade_unit
from proctor.grading.gradebook.class_gradebook import ClassGradebook
from proctor.grading.planner import Action, Step
from proctor.kernel_client.output_budget import Allowance
from proctor.sandbox.host import kernel_connection
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.host.kernel_slot import KernelSlot
from proctor.sandbox.shared.server_config import Plan
from proctor.seeds import course_secret
from proctor.submission.fingerprint import fingerprint

READY, SERVER = "kernel ready, wall seconds", "start of the server, once"

Spent = dict[str, float]


def main() -> int:
    """Entry point."""
    spent: Spent = defaultdict(float)
    app = NbGraderApp()
    app.log_level = 50
    app.initialize([])
    # stdout is reserved for the JSON lines; libraries write to stderr.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    trusted, grade = None, _stock
    if sys.argv[1] == "trusted":
        _account(spent)
        trusted = grade = _Trusted()
    for line in sys.stdin:
        spent.clear()
        started, wall = tree_cpu_seconds(os.getpid()), time.monotonic()
        grade(app, line.strip())
        told = {
            "student": line.strip(),
            "cpu": tree_cpu_seconds(os.getpid()) - started,
            "wall": time.monotonic() - wall,
            "spent": dict(spent),
            "grades": _grades(app, line.strip()),
        }
        print(json.dumps(told), file=out, flush=True)
    if trusted is not None:
        trusted.close()
    return 0


def _stock(app: NbGrader, student: str) -> None:
    course = CourseDirectory(parent=app)
    course.assignment_id, course.student_id = ASSIGNMENT, student
    converter = Autograde(coursedir=course, parent=app)
    converter.force = True
    converter.start()


class _Trusted:
    """The trusted runner in this process; what a class shares is created once."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __call__(self, app: NbGrader, student: str) -> None:
        course, workers, gradebook = self._open(app)
        coursedir = course.coursedir
        folder = submitted_folder(coursedir, ASSIGNMENT, student)
        step = Step(student, folder, fingerprint(folder), Action.GRADE, "benchmark")
        list(grade_class(course, [step], workers, gradebook, Nobody()))

    @cache  # noqa: B019 - a single instance that lives as long as the process
    def _open(self, app: NbGrader) -> tuple[Course, InProcess, ClassGradebook]:
        """Create the shared objects with the first submission, so that their cost is counted."""
        coursedir = CourseDirectory(parent=app)
        bundle = pack(app, coursedir, ASSIGNMENT)
        examine = Examine(parent=app)
        checks, secret = examine.hidden_tests(), course_secret(examine.course)
        course = Course(coursedir, bundle.contents, bundle.hash, checks, secret)
        workers = self._stack.enter_context(in_process(bundle, grade_unit))
        gradebook = ClassGradebook(coursedir.db_url, coursedir.course_id, ASSIGNMENT)
        return course, workers, self._stack.enter_context(gradebook)

    def close(self) -> None:
        self._stack.close()


class Nobody:
    """A monitor that ignores everything."""

    def started(self, student: str) -> None:
        pass

    def finished(self, recorded: Recorded) -> None:
        pass


def _grades(app: NbGrader, student: str) -> dict[str, float]:
    course = CourseDirectory(parent=app)
    with Gradebook(course.db_url, course.course_id) as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, student)
        return {g.name: float(g.auto_score or 0) for nb in submission.notebooks for g in nb.grades}


def _account(spent: Spent) -> None:
    """Record the processor seconds of each step of the trusted runner, including the kernel's."""
    run, start, serve = session.Session.run, kernel_connection.start_kernel, ForkServer.__init__

    @contextmanager
    def counted(name: str) -> Iterator[None]:
        before = tree_cpu_seconds(os.getpid())
        yield
        spent[name] += tree_cpu_seconds(os.getpid()) - before

    def counted_run(self: session.Session, source: str) -> session.CellRun:
        lines = [line.replace("#", "").strip() for line in source.splitlines()]
        with counted("cell: " + next((line[:44] for line in lines if line), "")):
            return run(self, source)

    async def counted_start(place: KernelSlot, allowance: Allowance) -> Any:
        started = time.monotonic()
        with counted("start of the kernel"):
            both = await start(place, allowance)
        spent[READY] = time.monotonic() - started
        return both

    def counted_server(self: ForkServer, plan: Plan, zygote: Path | None = None) -> None:
        with counted(SERVER):
            serve(self, plan, zygote)

    session.Session.run = counted_run  # type: ignore[method-assign]
    vars(session)["start_kernel"] = counted_start
    ForkServer.__init__ = counted_server  # type: ignore[method-assign]


if __name__ == "__main__":
    raise SystemExit(main())
