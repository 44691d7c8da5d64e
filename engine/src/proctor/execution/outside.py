"""Run a notebook's ordinary tests outside of the student's kernel.

A second kernel, in a sandbox of its own, runs the instructor's cells and the tests, and never a
line of the student's; what the tests want of the student's notebook they ask its kernel for, over
a socket. See `proctor.remote`.
"""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

from proctor.checks.check import Picture
from proctor.errors import CourseError
from proctor.execution.check_outcome import CheckOutcome, read_outcome, read_pictures
from proctor.execution.session import (
    CellRun,
    KernelLost,
    Limits,
    OtherKernelLost,
    Session,
    open_session,
)
from proctor.files.archives import empty_tar
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.shared.limits import ResourceLimits
from proctor.sandbox.shared.protocol import LINK
from proctor.submission.test_plan import TestMode, TestPlan, names_of

STUDENT_LOST = "StudentLostError"
"""Kind of a failure: the student's process does not answer, or with what is no answer."""

_REPORT_BYTES = 8_000_000
_NOT_TRIED = "tests were not tried outside when this was released"

RECORD = "record"
"""Reason of a mode that lets a test do anything with the student's objects, and records it."""

_ANSWER = (
    f"__import__('proctor.remote.student', fromlist=['serve']).serve({LINK}, "
    "__import__('IPython').get_ipython().user_ns)"
)
_CALL = "__import__('proctor.remote.kernel', fromlist=['install']).{}({})"


def _no_server() -> ForkServer:
    raise LookupError("no server for tests was named")


@dataclass(frozen=True)
class TestSetting:
    """How the tests of a notebook are judged outside.

    Attributes:
        plan: Which cells run where; None: no test without a check is judged outside.
        modes: Where each test is judged, by nbgrader's id.
        server: Returns a warm fork server for the tests.
        checks: Module with the course's checks; the empty string if there are none.
        hidden: Modules that students' notebooks do not have, each with all below it.
        checked: Whether the notebook has a test that a check judges.
    """

    __test__ = False

    plan: TestPlan | None = None
    modes: Mapping[str, TestMode] = field(default_factory=dict)
    server: Callable[[], ForkServer] = _no_server
    checks: str = ""
    hidden: Sequence[str] = ()
    checked: bool = False


@dataclass(frozen=True)
class Failure:
    """How a test failed.

    Attributes:
        kind: Type of the exception.
        text: Its text.
        line: The line of the test cell, from 1; 0 if it is unknown.
        by_student: Whether the student's code raised it.
        call: What the test asked last: a function's name, and what came back in kind.
        changed: What of the test's the student's code has changed where the solution does not.
    """

    kind: str
    text: str
    line: int = 0
    by_student: bool = False
    call: str = ""
    changed: tuple[str, ...] = ()


class OutsideTests:
    """The tests of one notebook, and the kernel that runs them.

    Attributes:
        students_end: The socket for the student's kernel; None if no test is judged outside.
        uses: What each test did with the student's objects, where that was recorded.
    """

    def __init__(
        self, setting: TestSetting, limits: Limits, resources: ResourceLimits, log: logging.Logger
    ) -> None:
        self._setting = setting
        self._limits = limits
        self._resources = resources
        self._log = log
        self._stack = ExitStack()
        self._session: Session | None = None
        self._next = 0
        self._ours: socket.socket | None = None
        self._theirs: socket.socket | None = None
        self.uses: dict[str, Sequence[str]] = {}

    def __enter__(self) -> OutsideTests:
        setting = self._setting
        if setting.checked or any(mode.outside for mode in setting.modes.values()):
            self._ours, self._theirs = socket.socketpair()
            self._stack.enter_context(self._ours)
            self._stack.enter_context(self._theirs)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def students_end(self) -> int | None:
        """Descriptor of the socket for the student's kernel."""
        return None if self._theirs is None else self._theirs.fileno()

    def mode(self, grade_id: str) -> TestMode | None:
        """How a test is judged outside; None if it is judged in the kernel."""
        mode = self._setting.modes.get(grade_id)
        return mode if mode is not None and mode.outside else None

    def in_kernel_reason(self, grade_id: str) -> str:
        """Why a test is judged in the kernel."""
        mode = self._setting.modes.get(grade_id)
        return mode.reason if mode is not None else _NOT_TRIED

    def check(self, grade_id: str, name: str, seed: int, student: Session) -> CheckOutcome:
        """Run a check.

        Args:
            grade_id: nbgrader's id of the test cell.
            name: The check's id.
            seed: Of the generator that it draws from.
            student: The session with the student's kernel.

        Raises:
            KernelLost: The test's own kernel was lost.
            ServerLostError: A fork server was lost.
        """
        # Without a trial with the solution, a check may compare nothing but plain data.
        mode = self._setting.modes.get(grade_id, TestMode(outside=True))
        session = self._started(self._setting.plan or TestPlan())
        call = _CALL.format(
            "check", f"{self._setting.checks!r}, {name!r}, {seed}, {_allowed(mode)!r}"
        )
        try:
            run, answered = session.run_with(call, student, _ANSWER)
        except OtherKernelLost as other:
            return CheckOutcome(lost=other.lost)
        found = read_outcome(run)
        # Either kernel may be the first to be interrupted; the check then sees the interrupt of the
        # student's function as an exception.
        if run.timed_out or (answered.timed_out and found.verdict is None):
            return CheckOutcome(timed_out=True)
        if mode.reason == RECORD:
            self.uses[grade_id] = found.uses
        return (
            replace(found, pictures=self._drawn(name, session, student)) if found.draws else found
        )

    def _drawn(self, name: str, session: Session, student: Session) -> Sequence[Picture]:
        call = _CALL.format("draw", f"{self._setting.checks!r}, {name!r}")
        try:
            run, _ = session.run_with(call, student, _ANSWER)
        except OtherKernelLost:
            # Whatever is asked of it next notices that.
            return ()
        return read_pictures(run)

    def run(
        self, grade_id: str, source: str, student: Session
    ) -> tuple[CellRun, Failure | None, KernelLost | None]:
        """Run a test.

        Args:
            grade_id: nbgrader's id of the test cell.
            source: Its code.
            student: The session with the student's kernel.

        Returns:
            How it ended, how it failed if it did, and why the student's kernel was lost if it was.

        Raises:
            CourseError: There is no sandbox here.
            KernelLost: The test's own kernel was lost.
            ServerLostError: A fork server was lost.
        """
        mode, plan = self._setting.modes[grade_id], self._setting.plan
        if plan is None:
            raise LookupError(f"no plan for the test {grade_id}")
        session = self._started(plan)
        while self._next < len(plan.shared):
            cell = plan.shared[self._next]
            if cell.position > plan.tests[grade_id]:
                break
            self._next += 1
            self._with_student(session, cell.source, student, "[], shared=True")
        names = names_of(source)
        reads = sorted(names.read.intersection(plan.defined)) if names is not None else []
        how = f"{_allowed(mode)!r}, {reads!r}"
        run, lost = self._with_student(session, source, student, how)
        report = self._report(session)
        if mode.reason == RECORD:
            self.uses[grade_id] = report["uses"]
        failure = None if report["failure"] is None else Failure(**report["failure"])
        if failure is None and lost is not None:
            # What cannot be asked any more has not passed.
            failure = Failure(STUDENT_LOST, str(lost))
        if failure is not None and report["noted"]:
            failure = replace(failure, changed=tuple(report["noted"]))
        return run, failure, lost

    def _with_student(
        self,
        session: Session,
        source: str,
        student: Session,
        how: str,
    ) -> tuple[CellRun, KernelLost | None]:
        session.run(_CALL.format("begin", how))
        try:
            # IPython does not run what is empty, and says nothing of its end.
            source = source if source.strip() else "pass"
            run, answered = session.run_with(source, student, _ANSWER)
        except OtherKernelLost as other:
            return other.run, other.lost
        # See `check`.
        late = run.error is not None and answered.timed_out
        return (replace(run, timed_out=True) if late else run), None

    def _started(self, plan: TestPlan) -> Session:
        if self._session is not None:
            return self._session
        server = self._setting.server()
        slot = self._stack.enter_context(server.notebook(empty_tar(), self._resources))
        if self._ours is not None:
            slot.link = self._ours.fileno()
        # What the test's side reports comes as output, and what students print with it.
        room = max(self._limits.cell_output_bytes, _REPORT_BYTES)
        limits = replace(self._limits, cell_output_bytes=room, notebook_output_bytes=0)
        opened = open_session(slot, limits=limits, log=self._log)
        self._session = session = self._stack.enter_context(opened)
        if self._ours is not None:
            # With our copy open, the kernels would not notice the other's end.
            self._ours.close()
        if self._theirs is not None:
            self._theirs.close()
        names = {
            "student": plan.student,
            "shared": plan.defined,
            "read": plan.read,
            "hidden": tuple(self._setting.hidden),
        }
        arguments = ", ".join(f"{name}={value!r}" for name, value in names.items())
        run = session.run(_CALL.format("install", f"{LINK}, {arguments}"))
        if run.error is not None:
            raise CourseError(
                f"the kernel for tests does not start: {run.error}",
                why="tests are judged outside of the student's kernel",
                where="the fork server for tests",
                remedy="see proctor doctor; c.Examine.verdict = 'in-kernel' judges them inside",
            )
        return session

    def _report(self, session: Session) -> Mapping[str, Any]:
        run = session.run(_CALL.format("report", ""))
        texts = "".join(output.text for output in run.outputs if output.output_type == "stream")
        try:
            found: Mapping[str, Any] = json.loads(texts)
        except ValueError:
            # Nobody but the test itself can have done that; it is no reason to end the notebook.
            failure = {"kind": "RuntimeError", "text": "the test left its process unusable"}
            return {"failure": failure, "noted": (), "uses": ()}
        return found


def _allowed(mode: TestMode) -> list[str] | None:
    """What a test may do with the student's objects; None: anything, which is recorded."""
    return None if mode.reason == RECORD else list(mode.uses)
