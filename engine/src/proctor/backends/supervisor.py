"""The process that local workers belong to: it imports once what they need, and forks them.

It is single-threaded, because only then what is forked from it starts from a sound state; the
grader's own process has threads. A worker reads units from its connection and writes results to
it until the connection closes.
"""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import send_handle
from pathlib import Path

from proctor.backends.base import Unit, Work
from proctor.bundle.load import OpenBundle, open_folder
from proctor.errors import CourseError
from proctor.sandbox.host.options import close_servers
from proctor.sandbox.linux.processes import end_with_parent

_FORK = sys.platform == "linux"
"""Elsewhere a library of the system may not be fit for it: workers are started anew there."""

_PATIENCE_SECONDS = 60.0
_END_SECONDS = 10
"""What a worker is given to end its fork server and itself."""

Result = tuple[str, object]
"""What a worker sends back: ``graded`` and a `Graded`, ``course`` and a `CourseError`, or ``fault``
and a sentence about an error that nobody foresaw."""


@dataclass(frozen=True)
class SupervisorConfig:
    """What local workers are started with.

    Attributes:
        work: What is done with a unit.
        bundle: Folder in which the bundle lies unpacked.
        temporary: For temporary files. What processes leave that are killed goes with it.
    """

    work: Work
    bundle: Path
    temporary: Path


def supervise(config: SupervisorConfig, control: Connection) -> None:
    """Start a worker at each request, until the grader closes the connection or is gone.

    Args:
        config: What workers are started with.
        control: At each message a worker is started, and the grader's end of the worker's
            connection is sent back.
    """
    # Out of reach of the terminal's Ctrl-C, which the grader held back until now.
    os.setsid()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # A shell's background jobs ignore it and hand that on, but kernels must be interruptible.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["TMPDIR"] = tempfile.tempdir = str(config.temporary)
    if _FORK:
        importlib.import_module("proctor.grading.core")
    context = get_context("fork") if _FORK else get_context("spawn")
    workers: list[BaseProcess] = []
    try:
        while _asked(control, workers):
            here, there = Pipe()
            worker = context.Process(target=_serve, args=(config, there, os.getpid()))
            worker.start()
            there.close()
            _hand_over(control, here)
            here.close()
            workers.append(worker)
    except (EOFError, OSError):
        pass
    finally:
        _end(workers)


def _hand_over(control: Connection, worker: Connection) -> None:
    """Give the grader its end of a worker's connection."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            # To a process of the same user, over a connection that nobody else has.
            send_handle(control, worker.fileno(), None)
        except OSError as error:
            # The system counts per user what is on its way: a notebook has much, until it is ended.
            if error.errno != errno.ETOOMANYREFS or time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _asked(control: Connection, workers: list[BaseProcess]) -> bool:
    """Wait for a request; what has ended meanwhile is reaped."""
    while True:
        ready = wait([control, *(worker.sentinel for worker in workers)])
        workers[:] = [worker for worker in workers if worker.is_alive()]
        if control in ready:
            control.recv()
            return True


def _end(workers: list[BaseProcess]) -> None:
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(_END_SECONDS)
        worker.kill()
        worker.join()


def _serve(config: SupervisorConfig, connection: Connection, supervisor: int) -> None:
    """A worker: one unit after the other, until the grader or the supervisor ends it."""
    end_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    if os.getppid() != supervisor:
        return
    bundle = open_folder(config.bundle)
    try:
        with suppress(EOFError, BrokenPipeError, ConnectionResetError):
            while True:
                unit: Unit = connection.recv()
                connection.send(_result(config.work, unit, bundle))
    finally:
        # No exit handler runs in a process of this kind.
        close_servers()


def _result(work: Work, unit: Unit, bundle: OpenBundle) -> Result:
    try:
        return "graded", work(unit, bundle)
    except CourseError as error:
        return "course", error
    # The work itself turns whatever a submission does into a result.
    except Exception as error:
        return "fault", f"{type(error).__name__}: {error}"[:300]
