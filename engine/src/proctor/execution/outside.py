"""Run a notebook's ordinary tests outside of the student's kernel.

A process in a sandbox of its own runs the instructor's cells and the tests, and never a line of the
student's; what the tests want of the student's notebook they ask its kernel for, over a socket. See
`proctor.remote`.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import TracebackType
from typing import Any

from nbformat import from_dict

from proctor.errors import CourseError
from proctor.execution.check_outcome import CheckOutcome, read_outcome, read_pictures
from proctor.execution.session import CellRun, KernelLost, Limits, Session
from proctor.execution.test_client import Reply, TestClient
from proctor.files.archives import empty_tar
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.shared.limits import ResourceLimits
from proctor.sandbox.shared.protocol import LINK
from proctor.submission.cell_names import names_of
from proctor.submission.test_plan import TestMode, TestPlan

STUDENT_LOST = "StudentLostError"
"""Kind of a failure: the student's process does not answer, or with what is no answer."""

_NOT_TRIED = "tests were not tried outside when this was released"

RECORD = "record"
"""Reason of a mode that lets a test do anything with the student's objects, and records it."""

_ANSWER = (
    f"__import__('proctor.remote.student', fromlist=['serve']).serve({LINK}, "
    "__import__('IPython').get_ipython().user_ns, {turn})"
)


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
    """The tests of one notebook, and the process that runs them.

    Attributes:
        students_end: The socket for the student's kernel; None if no test is judged outside.
        uses: What each test did with the student's objects, where that was recorded.
    """

    def __init__(self, setting: TestSetting, limits: Limits, resources: ResourceLimits) -> None:
        self._setting = setting
        self._limits = limits
        self._resources = resources
        self._stack = ExitStack()
        self._starting: Future[TestClient] | None = None
        self._ending: Future[None] | None = None
        self._next = 0
        self._position = -1
        self._turn = 0
        self._theirs: socket.socket | None = None
        self.uses: dict[str, Sequence[str]] = {}

    def __enter__(self) -> OutsideTests:
        setting = self._setting
        if setting.checked or any(mode.outside for mode in setting.modes.values()):
            ours, self._theirs = socket.socketpair()
            self._stack.enter_context(ours)
            self._stack.enter_context(self._theirs)
            self._starting = _thread(os.getpid()).submit(self._start, ours)
        return self

    def end(self) -> None:
        """Begin to end the process: no test is run any more."""
        if self._starting is not None and self._ending is None:
            self._ending = _thread(os.getpid()).submit(self._stack.close)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()
        if self._ending is not None:
            self._ending.result()

    @property
    def students_end(self) -> int | None:
        """Descriptor of the socket for the student's kernel."""
        return None if self._theirs is None else self._theirs.fileno()

    def mode(self, grade_id: str) -> TestMode | None:
        """How a test is judged outside; None if it is judged in the kernel."""
        mode = self._setting.modes.get(grade_id)
        return mode if mode is not None and mode.outside else None

    def imports_of(self, grade_id: str) -> str:
        """Import statements of a test that the notebook relies on; empty if it does not."""
        return "" if self._setting.plan is None else self._setting.plan.imports.get(grade_id, "")

    def draws(self, grade_id: str) -> bool:
        """Whether a test draws from the generator that only the tests' process has."""
        return self._setting.plan is not None and grade_id in self._setting.plan.draws

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
            KernelLost: The test's own process was lost.
            ServerLostError: A fork server was lost.
        """
        # Without a trial with the solution, a check may compare nothing but plain data.
        mode = self._setting.modes.get(grade_id, TestMode(outside=True))
        about = {"module": self._setting.checks, "name": name}
        request = {"do": "check", **about, "seed": seed, "allowed": _allowed(mode)}
        client = self._client()
        reply, answered = self._ask(student, client, request)
        if isinstance(answered, KernelLost):
            return CheckOutcome(lost=answered)
        found = read_outcome(reply.data)
        # Either may be the first to be interrupted; the check then sees the interrupt of the
        # student's function as an exception.
        if reply.timed_out or (answered.timed_out and found.verdict is None):
            return CheckOutcome(timed_out=True)
        if mode.reason == RECORD:
            self.uses[grade_id] = found.uses
        if not found.draws:
            return found
        drawn, answered = self._ask(student, client, {"do": "draw", **about})
        # If the kernel was lost, whatever is asked of it next notices that.
        lost = isinstance(answered, KernelLost)
        return found if lost else replace(found, pictures=read_pictures(drawn.data))

    def run(
        self, grade_id: str, source: str, student: Session, seed: int | None = None
    ) -> tuple[CellRun, Failure | None, KernelLost | None]:
        """Run a test.

        Args:
            grade_id: nbgrader's id of the test cell.
            source: Its code.
            student: The session with the student's kernel.
            seed: Of the generator that it draws from; None: it has none.

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
        client = self._client()
        while self._next < len(plan.shared):
            cell = plan.shared[self._next]
            if cell.position > plan.tests[grade_id]:
                break
            self._next += 1
            shared = {"do": "run", "source": cell.source, "allowed": [], "shared": True}
            self._ask(student, client, shared)
        names = names_of(source)
        reads = sorted(names.read.intersection(plan.defined)) if names is not None else []
        anew = plan.assigned_between(self._position, plan.tests[grade_id])
        self._position = plan.tests[grade_id]
        later = plan.assigned_after(self._position)
        names_told = {"reads": reads, "anew": anew, "later": later}
        about = {"allowed": _allowed(mode), **names_told, "seed": seed}
        request = {"do": "run", "source": source, **about}
        reply, answered = self._ask(student, client, request)
        lost = answered if isinstance(answered, KernelLost) else None
        run, failure = _read(reply)
        if mode.reason == RECORD:
            self.uses[grade_id] = reply.data.get("uses", ())
        if failure is None and lost is not None:
            # What cannot be asked any more has not passed.
            failure = Failure(STUDENT_LOST, str(lost))
        # See `check`.
        if isinstance(answered, CellRun) and answered.timed_out and run.error is not None:
            run = replace(run, timed_out=True)
        return run, failure, lost

    def _ask(
        self, student: Session, client: TestClient, request: Mapping[str, Any]
    ) -> tuple[Reply, CellRun | KernelLost]:
        """Let the tests' process do something while the student's kernel answers it."""
        self._turn += 1
        answering = _ANSWER.replace("{turn}", str(self._turn))
        return student.answer(answering, client, {**request, "at": self._turn})

    def _client(self) -> TestClient:
        """The process for tests, once it has started."""
        if self._starting is None or self._theirs is None:
            raise LookupError("no test of this notebook is judged outside")
        # With our copy open, the test would not notice that the kernel has ended.
        self._theirs.close()
        return self._starting.result()

    def _start(self, ours: socket.socket) -> TestClient:
        server = self._setting.server()
        slot = self._stack.enter_context(
            server.notebook(empty_tar(), self._resources, trusted=True)
        )
        client = TestClient(slot, ours.fileno(), self._limits)
        self._stack.callback(client.close)
        ours.close()
        plan = self._setting.plan or TestPlan()
        problem = client.begin(
            student=plan.student,
            shared=plan.defined,
            read=plan.read,
            of_tests=plan.of_tests,
            hidden=tuple(self._setting.hidden),
            room=self._limits.cell_output_bytes,
        )
        if problem:
            raise CourseError(
                f"the process for tests does not start: {problem}",
                why="tests are judged outside of the student's kernel",
                where="the fork server for tests",
                remedy="see proctor doctor; c.Examine.verdict = 'in-kernel' judges them inside",
            )
        return client


@lru_cache(maxsize=1)
def _thread(process: int) -> ThreadPoolExecutor:
    """A thread that starts and ends what tests need, while the notebook's kernel starts and ends.

    It lasts as long as this process: Linux ends a fork server with the thread that started it.

    Args:
        process: This process's PID: a forked one has none of its parent's threads.
    """
    return ThreadPoolExecutor(1, f"tests-{process}")


def _read(reply: Reply) -> tuple[CellRun, Failure | None]:
    """How a test ended, and how it failed if it did."""
    told = reply.data
    if "outputs" not in told:
        # Nobody but the test itself can have done that; it is no reason to end the notebook.
        said = str(told.get("fault", "it was interrupted"))
        failure = Failure("RuntimeError", f"the test left its process unusable: {said}")
        return CellRun([], said, reply.timed_out), failure
    outputs = [from_dict(output) for output in told["outputs"]]
    if told["failure"] is None:
        return CellRun(outputs, None, reply.timed_out), None
    failure = Failure(**told["failure"], changed=tuple(told["noted"]))
    error = f"{failure.kind}: {failure.text}" if told["raised"] else None
    return CellRun(outputs, error, reply.timed_out), failure


def _allowed(mode: TestMode) -> list[str] | None:
    """What a test may do with the student's objects; None: anything, which is recorded."""
    return None if mode.reason == RECORD else list(mode.uses)
