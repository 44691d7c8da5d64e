"""Workers on this machine, for one run."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

import dask
from distributed import Client
from distributed.security import Security

from proctor.bundle.opening import OpenBundle, open_bundle
from proctor.errors import CourseError
from proctor.sandbox.leftovers import clear_leftovers, end_leftovers
from proctor.sandbox.plan import Plan
from proctor.sandbox.sharing import zygote
from proctor.sandbox.users import let_pass
from proctor.temporary import temporary_folder
from proctor.workers.base import Work
from proctor.workers.cluster import SETTINGS, DaskWorkers
from proctor.workers.household import Household, keep

if TYPE_CHECKING:
    from proctor.bundle.packing import Bundle

_END_SECONDS = 60
"""What the workers are given to end in good order."""


@contextmanager
def local_workers(
    bundle: Bundle, work: Work, jobs: int, servers: Callable[[OpenBundle], Plan] | None = None
) -> Iterator[DaskWorkers]:
    """Workers on this machine, one process each.

    They talk over encrypted connections with keys made for this run: whoever else is on the
    machine can't hand them work.

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
        let_pass(temporary)
        # Before the folders go in which a worker's notebook may write that was killed.
        stack.callback(end_leftovers)
        household = Household(jobs, str(folder), str(temporary))
        address, security = stack.enter_context(_household(household))
        stack.enter_context(dask.config.set(SETTINGS))
        client = stack.enter_context(Client(address, security=security, direct_to_workers=True))
        yield DaskWorkers(client, opened.folder, work, f"{jobs} workers on this machine")


@contextmanager
def _household(household: Household) -> Iterator[tuple[str, Security]]:
    """Scheduler and workers in processes of their own; yields the scheduler's address and keys."""
    here, there = multiprocessing.Pipe()
    # Not forked: this process may have threads.
    process = multiprocessing.get_context("spawn").Process(target=keep, args=(household, there))
    # Ctrl-C reaches all processes of a terminal; this one ends the others itself, in order.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    there.close()
    try:
        yield _address(here)
    finally:
        here.close()
        wait([process.sentinel], _END_SECONDS)
        # Where its end was not in order, workers are left; they are in its group, whose number is
        # its own, and no other process's as long as it is not waited for.
        if process.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.join()


def _address(connection: Connection) -> tuple[str, Security]:
    try:
        told: tuple[str, Security] | str = connection.recv()
    except EOFError:
        told = "their process came to an end"
    if isinstance(told, str):
        raise CourseError(
            "Workers can be started on this machine.",
            found=told[:300],
            where="this machine",
            remedy="look what it lacks (memory, processes, open files); --jobs=1 needs least",
        )
    return told
