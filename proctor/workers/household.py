"""The processes of local workers: a scheduler, and one per worker.

The scheduler has a process of its own, so that the grader's has all of its interpreter for itself:
collecting, files and the gradebook.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

import dask
from distributed import LocalCluster
from distributed.security import Security
from distributed.utils import get_mp_context

from proctor.workers.cluster import SETTINGS

_FORKED = sys.platform == "linux"
"""Whether workers are forked from a process that has imported what they need; elsewhere a library
of the system may not be fit for it."""

_PRELOAD = ["proctor.workers.cluster", "proctor.grading.examining"]


@dataclass(frozen=True)
class Household:
    """What local workers are started with.

    Attributes:
        jobs: How many.
        folder: For their files.
        security: The run's keys.
    """

    jobs: int
    folder: str
    security: Security


def keep(household: Household, grader: Connection) -> None:
    """Run scheduler and workers until the grader closes its end of the connection, or is gone.

    Args:
        household: What to start.
        grader: Is sent the scheduler's address and nothing, or nothing and what stood in the way.
    """
    # Out of reach of the terminal's Ctrl-C, which the grader held back until now.
    os.setsid()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # A shell's background jobs ignore it and hand that on, but kernels must be interruptible.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with (
        # The grader is gone already: nobody is left to be told.
        suppress(BrokenPipeError),
        dask.config.set(
            {
                **SETTINGS,
                "temporary-directory": household.folder,
                "distributed.worker.multiprocessing-method": "forkserver" if _FORKED else "spawn",
            }
        ),
    ):
        try:
            cluster = _start(household)
        except Exception as error:
            grader.send((None, f"{type(error).__name__}: {error}"))
            return
        with cluster:
            grader.send((cluster.scheduler_address, None))
            # Nothing is ever sent this way: the wait is over when the other end is closed.
            grader.poll(None)


def _start(household: Household) -> LocalCluster:
    if _FORKED:
        get_mp_context().set_forkserver_preload(_PRELOAD)
    return LocalCluster(
        n_workers=household.jobs,
        threads_per_worker=1,
        memory_limit=0,
        host="127.0.0.1",
        scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
        security=household.security,
        local_directory=household.folder,
        silence_logs="CRITICAL",
    )
