"""Worker processes on this machine, for one run."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import TYPE_CHECKING, cast

from proctor.backends.base import (
    MAX_LOSSES,
    UNITS_PER_WORKER,
    WORKERS_ENDED,
    Graded,
    Unit,
    UnitResult,
    Work,
    draw,
)
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
"""How long the workers have to shut down cleanly."""


@contextmanager
def local_workers(
    bundle: Bundle,
    work: Work,
    jobs: int,
    zygotes: Callable[[OpenBundle], Mapping[Path, Plan]] = lambda _: {},
) -> Iterator[LocalWorkers]:
    """Start workers on this machine, one process each.

    They communicate with this process over inherited connections, so other users of the machine
    can't send them work.

    Args:
        bundle: The bundle to grade with.
        work: The function that grades a unit.
        jobs: Number of workers.
        zygotes: Returns the folders of zygotes, with the start-up plans of the fork servers that
            are forked from them; they do their imports while the workers start.

    Raises:
        CourseError: They can't be started.
    """
    with ExitStack() as stack:
        # Before the folder is created: creating one also removes abandoned folders.
        end_leftovers()
        # Runs last: a worker that was killed could not remove its own temporary folder.
        stack.callback(clear_leftovers)
        folder = stack.enter_context(temporary_folder())
        # Unpacked once for all workers: it has tens of MiB, and need not be sent.
        opened = open_bundle(bundle.blob, folder)
        for place, plan in zygotes(opened).items():
            stack.enter_context(zygote(plan, place))
        temporary = stack.enter_context(temporary_folder(short=True))
        allow_traversal(temporary)
        # Runs before the folders are removed: notebooks of a killed worker may still write there.
        stack.callback(end_leftovers)
        config = SupervisorConfig(work, opened.folder, temporary)
        with _supervisor(config) as supervisor:
            workers = LocalWorkers(supervisor, jobs)
            try:
                yield workers
            finally:
                workers.stop()
        # Only now: threads of busy workers end when the supervisor has ended the workers.
        workers.join()


class LocalWorkers:
    """Workers forked by a supervisor; a thread per worker sends it one unit at a time."""

    def __init__(self, supervisor: Supervisor, jobs: int) -> None:
        """Start them.

        Raises:
            CourseError: They can't be started.
        """
        self.description = f"{jobs} workers on this machine"
        self._supervisor = supervisor
        self._jobs = jobs
        self._units: queue.SimpleQueue[_Attempt | None] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[tuple[_Attempt, UnitResult | CourseError]] = (
            queue.SimpleQueue()
        )
        self._threads = [
            threading.Thread(
                target=self._feed_worker, args=(supervisor.start_worker(),), daemon=True
            )
            for _ in range(jobs)
        ]
        for thread in self._threads:
            thread.start()

    def results(
        self, units: Iterable[Unit], started: Callable[[str], None] = lambda _: None
    ) -> Iterator[UnitResult]:
        """See `Workers.results`."""
        waiting = iter(units)
        under_way: dict[_Attempt, Unit] = {}
        while True:
            for unit in draw(waiting, under_way.values(), UNITS_PER_WORKER * self._jobs):
                started(unit.student)
                attempt = _Attempt(unit)
                under_way[attempt] = unit
                self._units.put(attempt)
            if not under_way:
                return
            attempt, outcome = self._outcomes.get()
            # A leftover of an earlier, abandoned call of `results` is dropped.
            if under_way.pop(attempt, None) is None:
                continue
            if isinstance(outcome, CourseError):
                raise outcome
            yield outcome

    def stop(self) -> None:
        """Tell the threads to end."""
        for _ in self._threads:
            self._units.put(None)

    def join(self) -> None:
        """Wait until the threads have ended."""
        for thread in self._threads:
            thread.join()

    def _feed_worker(self, worker: Connection) -> None:
        """Send units to a worker, in a thread of its own; replace the worker if it ends."""
        while (attempt := self._units.get()) is not None:
            try:
                # An idle worker sends nothing, so it has ended, and not because of this unit.
                if wait([worker], 0):
                    worker = self._replace(worker)
                outcome = _run_on(attempt, worker)
                if outcome is None:
                    worker = self._replace(worker)
            except CourseError as error:
                self._outcomes.put((attempt, error))
                return
            if outcome is None and attempt.losses <= MAX_LOSSES:
                self._units.put(attempt)
            else:
                lost = UnitResult(attempt.unit, None, WORKERS_ENDED)
                self._outcomes.put((attempt, outcome or lost))
        worker.close()

    def _replace(self, worker: Connection) -> Connection:
        worker.close()
        return self._supervisor.start_worker()


class _Attempt:
    """A unit in flight, and how many workers ended while they ran it."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.losses = 0


def _run_on(attempt: _Attempt, worker: Connection) -> UnitResult | CourseError | None:
    """Have a worker run a unit; None if the worker ended."""
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
        f"a worker failed: {result}",
        why="the error is the grader's or the machine's, not the submission's",
        where="a worker on this machine",
        remedy="grade this submission by itself (--student, --jobs=1) to see more, and report it",
    )


class Supervisor:
    """The grader's handle of the process that runs `supervise`."""

    def __init__(self, control: Connection) -> None:
        self._control = control
        self._one_at_a_time = threading.Lock()

    def start_worker(self) -> Connection:
        """Start a worker, and return the connection to it.

        Raises:
            CourseError: The supervisor can't start one.
        """
        with self._one_at_a_time:
            try:
                self._control.send(None)
                return Connection(recv_handle(self._control))
            except (EOFError, OSError, RuntimeError) as error:
                raise CourseError(
                    f"the process that starts workers has ended ({type(error).__name__})",
                    why="no further worker can be started",
                    where="this machine",
                    remedy="look what it lacks (memory, processes, open files), and grade again: "
                    "what is done is kept; --jobs=1 needs least",
                ) from error

    def close(self) -> None:
        """Close the connection, which ends the supervisor and all workers."""
        with self._one_at_a_time:
            self._control.close()


@contextmanager
def _supervisor(config: SupervisorConfig) -> Iterator[Supervisor]:
    here, there = multiprocessing.Pipe()
    # Spawned rather than forked, since this process may have threads.
    process = multiprocessing.get_context("spawn").Process(target=supervise, args=(config, there))
    # Ctrl-C reaches all processes of a terminal; this one shuts the others down itself.
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
        # If it did not end cleanly, workers are left in its process group. The group's id is the
        # supervisor's PID, which can't be reused before the supervisor is waited for.
        if process.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.join()
