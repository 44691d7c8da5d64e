"""Workers on this machine, for one run."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import recv_handle
from typing import TYPE_CHECKING, cast

from proctor.backends.base import AHEAD, LOSSES, WORKERS_ENDED, Graded, Unit, UnitResult, Work, draw
from proctor.backends.supervisor import Result, SupervisorConfig, supervise
from proctor.bundle.load import OpenBundle, open_bundle
from proctor.errors import CourseError
from proctor.files.temporary import temporary_folder
from proctor.sandbox.host.cleanup import clear_leftovers, end_leftovers
from proctor.sandbox.host.zygote_client import zygote
from proctor.sandbox.linux.users import allow_traversal
from proctor.sandbox.shared.server_config import Plan

if TYPE_CHECKING:
    from proctor.bundle.build import Bundle

_END_SECONDS = 30
"""What the workers are given to end in good order."""


@contextmanager
def local_workers(
    bundle: Bundle, work: Work, jobs: int, servers: Callable[[OpenBundle], Plan] | None = None
) -> Iterator[LocalWorkers]:
    """Workers on this machine, one process each.

    They talk to this process over connections that they inherit: whoever else is on the machine
    can't hand them work.

    Args:
        bundle: What units are worked on with.
        work: What is done with a unit.
        jobs: How many.
        servers: Tells how the fork servers are started with which the work is done; they are then
            forked from one that imports what they need while the workers start.

    Raises:
        CourseError: They can't be started.
    """
    with ExitStack() as stack:
        # Before a folder is made, which removes what lies abandoned.
        end_leftovers()
        # Last of all: a worker that was killed could not remove its own temporary folder.
        stack.callback(clear_leftovers)
        folder = stack.enter_context(temporary_folder())
        # Unpacked once for all of them: it has tens of MiB, and need not be sent.
        opened = open_bundle(bundle.blob, folder)
        if servers is not None:
            stack.enter_context(zygote(servers(opened), opened.zygote))
        temporary = stack.enter_context(temporary_folder(short=True))
        allow_traversal(temporary)
        # Before the folders go in which a worker's notebook may write that was killed.
        stack.callback(end_leftovers)
        config = SupervisorConfig(work, opened.folder, temporary)
        with _supervisor(config) as supervisor:
            workers = LocalWorkers(supervisor, jobs)
            try:
                yield workers
            finally:
                workers.stop()
        # Not before: the supervisor ends those workers that are busy.
        workers.join()


class LocalWorkers:
    """Workers that a supervisor forks; each has a thread here that hands it one unit at a time."""

    def __init__(self, supervisor: Supervisor, jobs: int) -> None:
        """Start them.

        Raises:
            CourseError: They can't be started.
        """
        self.description = f"{jobs} workers on this machine"
        self._supervisor = supervisor
        self._jobs = jobs
        self._units: queue.SimpleQueue[_Try | None] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[tuple[_Try, UnitResult | CourseError]] = (
            queue.SimpleQueue()
        )
        self._threads = [
            threading.Thread(target=self._hand_out, args=(supervisor.start_worker(),), daemon=True)
            for _ in range(jobs)
        ]
        for thread in self._threads:
            thread.start()

    def results(
        self, units: Iterable[Unit], started: Callable[[str], None] = lambda _: None
    ) -> Iterator[UnitResult]:
        """See `Workers.results`."""
        waiting = iter(units)
        under_way: dict[_Try, Unit] = {}
        while True:
            for unit in draw(waiting, under_way.values(), AHEAD * self._jobs):
                started(unit.student)
                attempt = _Try(unit)
                under_way[attempt] = unit
                self._units.put(attempt)
            if not under_way:
                return
            attempt, outcome = self._outcomes.get()
            # What is left of a run that was given up is nobody's any more.
            if under_way.pop(attempt, None) is None:
                continue
            if isinstance(outcome, CourseError):
                raise outcome
            yield outcome

    def stop(self) -> None:
        """Let the threads end, once their workers have."""
        for _ in self._threads:
            self._units.put(None)

    def join(self) -> None:
        """Wait until the threads have ended."""
        for thread in self._threads:
            thread.join()

    def _hand_out(self, worker: Connection) -> None:
        """One worker's thread; where the worker ends, another one takes its place."""
        while (attempt := self._units.get()) is not None:
            try:
                # It says nothing by itself: it has ended, and this unit is not why.
                if wait([worker], 0):
                    worker = self._replace(worker)
                outcome = _tried(attempt, worker)
                if outcome is None:
                    worker = self._replace(worker)
            except CourseError as error:
                self._outcomes.put((attempt, error))
                return
            if outcome is None and attempt.losses <= LOSSES:
                self._units.put(attempt)
            else:
                lost = UnitResult(attempt.unit, None, WORKERS_ENDED)
                self._outcomes.put((attempt, outcome or lost))
        worker.close()

    def _replace(self, worker: Connection) -> Connection:
        worker.close()
        return self._supervisor.start_worker()


class _Try:
    """A unit on its way, and how many workers it took with it."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.losses = 0


def _tried(attempt: _Try, worker: Connection) -> UnitResult | CourseError | None:
    """What a worker made of a unit; None where the worker came to an end."""
    try:
        worker.send(attempt.unit)
        kind, result = cast("Result", worker.recv())
    except (EOFError, OSError):
        attempt.losses += 1
        return None
    if kind == "graded":
        return UnitResult(attempt.unit, cast("Graded", result))
    if kind == "course":
        return cast("CourseError", result)
    return CourseError(
        "A worker could not do its work.",
        found=str(result),
        where="a worker on this machine",
        remedy="grade this submission by itself (--student, --jobs=1) to see more, and report it",
    )


class Supervisor:
    """The grader's side of `supervise`."""

    def __init__(self, control: Connection) -> None:
        self._control = control
        self._one_at_a_time = threading.Lock()

    def start_worker(self) -> Connection:
        """Start a worker, and get the connection to it.

        Raises:
            CourseError: There is none to be had.
        """
        with self._one_at_a_time:
            try:
                self._control.send(None)
                return Connection(recv_handle(self._control))
            except (EOFError, OSError, RuntimeError) as error:
                raise CourseError(
                    "No worker can be started on this machine.",
                    found=f"the process that starts them came to an end ({type(error).__name__})",
                    where="this machine",
                    remedy="look what it lacks (memory, processes, open files), and grade again: "
                    "what is done is kept; --jobs=1 needs least",
                ) from error

    def close(self) -> None:
        """Let it end, with all workers."""
        with self._one_at_a_time:
            self._control.close()


@contextmanager
def _supervisor(config: SupervisorConfig) -> Iterator[Supervisor]:
    here, there = multiprocessing.Pipe()
    # Not forked: this process may have threads.
    process = multiprocessing.get_context("spawn").Process(target=supervise, args=(config, there))
    # Ctrl-C reaches all processes of a terminal; this one ends the others itself, in order.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    there.close()
    supervisor = Supervisor(here)
    try:
        yield supervisor
    finally:
        supervisor.close()
        wait([process.sentinel], _END_SECONDS)
        # Where its end was not in order, workers are left; they are in its group, whose number is
        # its own, and no other process's as long as it is not waited for.
        if process.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.join()
