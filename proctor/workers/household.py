"""The process that local workers and their scheduler belong to.

The scheduler has a process of its own, so that the grader's has all of its interpreter for itself:
collecting, files and the gradebook. Little is imported here: while this process goes on to import
Dask, the one from which workers are forked does the same on another core.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import os
import signal
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing.connection import Connection

FORKED = sys.platform == "linux"
"""Whether workers are forked from a process that has imported what they need; elsewhere a library
of the system may not be fit for it."""

_PRELOAD = ["proctor.workers.cluster", "proctor.grading.examining"]


@dataclass(frozen=True)
class Household:
    """What local workers are started with.

    Attributes:
        jobs: How many.
        folder: For the scheduler's files.
        temporary: For temporary files. What processes leave that are killed goes with it.
    """

    jobs: int
    folder: str
    temporary: str


def keep(household: Household, grader: Connection) -> None:
    """Run scheduler and workers until the grader closes its end of the connection, or is gone.

    Args:
        household: What to start.
        grader: See `proctor.workers.localcluster.run`.
    """
    # Out of reach of the terminal's Ctrl-C, which the grader held back until now.
    os.setsid()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # A shell's background jobs ignore it and hand that on, but kernels must be interruptible.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["TMPDIR"] = tempfile.tempdir = household.temporary
    if FORKED:
        multiprocessing.set_forkserver_preload(_PRELOAD)
        multiprocessing.forkserver.ensure_running()
    from proctor.workers.localcluster import run

    run(household, grader)
