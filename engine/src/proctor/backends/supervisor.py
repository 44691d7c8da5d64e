"""The supervisor of local workers: it does their imports once, and forks them.

It is single-threaded, because a fork of a multi-threaded process may inherit locked locks, and the
grader's own process has threads. A worker reads units from its connection and writes results to it
until the connection closes.
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
from proctor.errors import CourseError, Exit
from proctor.sandbox.host.options import close_servers
from proctor.sandbox.linux.processes import end_with_parent

_FORK = sys.platform == "linux"
"""Elsewhere system libraries may not be fork-safe, so workers are spawned there."""

_SEND_TIMEOUT = 60.0
_END_SECONDS = 10
"""How long a worker has to end its fork server and itself."""

Result = tuple[str, object]
"""A worker's reply: ``graded`` and a `Graded`, ``course`` and a `CourseError`, or ``fault`` and the
text of an unexpected error."""


@dataclass(frozen=True)
class SupervisorConfig:
    """Configuration of local workers.

    Attributes:
        work: The function that grades a unit.
        bundle: Folder with the unpacked bundle.
        temporary: Folder for temporary files; removed with the leftovers of killed processes.
    """

    work: Work
    bundle: Path
    temporary: Path


def supervise(config: SupervisorConfig, control: Connection) -> None:
    """Start a worker at each request, until the grader closes the connection or ends.

    Args:
        config: Configuration of the workers.
        control: For each message received, a worker is started, and the grader's end of the
            worker's connection is sent back.
    """
    # Detach from the terminal's Ctrl-C, which the grader blocked until now.
    os.setsid()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # Background jobs of a shell inherit an ignored SIGINT, but kernels must be interruptible.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["TMPDIR"] = tempfile.tempdir = str(config.temporary)
    if _FORK:
        importlib.import_module("proctor.grading.core")
    context = get_context("fork") if _FORK else get_context("spawn")
    workers: list[BaseProcess] = []
    try:
        while _wait_for_request(control, workers):
            here, there = Pipe()
            worker = context.Process(target=_serve, args=(config, there, os.getpid()))
            worker.start()
            there.close()
            _send_connection(control, here)
            here.close()
            workers.append(worker)
    except (EOFError, OSError):
        pass
    finally:
        _end(workers)


def _send_connection(control: Connection, worker: Connection) -> None:
    """Send the grader its end of a worker's connection."""
    end = time.monotonic() + _SEND_TIMEOUT
    while True:
        try:
            # No PID needed: the peer is a process of the same user, over a private connection.
            send_handle(control, worker.fileno(), None)
        except OSError as error:
            # Descriptors in transit are counted per user, and a notebook may have many.
            if error.errno != errno.ETOOMANYREFS or time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _wait_for_request(control: Connection, workers: list[BaseProcess]) -> bool:
    """Wait for a request; meanwhile, reap workers that have ended."""
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
    """Grade one unit after the other, until the grader or the supervisor ends the worker."""
    end_with_parent()
    signal.signal(signal.SIGTERM, _exit)
    if os.getppid() != supervisor:
        return
    bundle = open_folder(config.bundle)
    try:
        with suppress(EOFError, BrokenPipeError, ConnectionResetError):
            while True:
                unit: Unit = connection.recv()
                connection.send(_result(config.work, unit, bundle))
    finally:
        # Exit handlers do not run in a multiprocessing child.
        close_servers()


def _exit(*_: object) -> None:
    raise Exit


def _result(work: Work, unit: Unit, bundle: OpenBundle) -> Result:
    try:
        return "graded", work(unit, bundle)
    except CourseError as error:
        return "course", error
    # Errors that a submission causes are already part of the result.
    except Exception as error:
        return "fault", f"{type(error).__name__}: {error}"[:300]
