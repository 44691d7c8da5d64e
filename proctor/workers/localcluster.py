"""Scheduler and workers of this machine, in their household's process."""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.connection import Connection

import dask
from distributed import LocalCluster
from distributed.security import Security

from proctor.workers.cluster import SETTINGS
from proctor.workers.household import FORKED, Household


def run(household: Household, grader: Connection) -> None:
    """Run them until the grader closes its end of the connection, or is gone.

    Args:
        household: What to start.
        grader: Is sent the scheduler's address and the keys with which it can be reached, or one
            string that says what stood in the way.
    """
    # Keys for this run: whoever else is on the machine can't hand the workers work.
    security = Security.temporary()
    with (
        # The grader is gone already: nobody is left to be told.
        suppress(BrokenPipeError),
        dask.config.set(
            {
                **SETTINGS,
                "temporary-directory": household.folder,
                "distributed.worker.multiprocessing-method": "forkserver" if FORKED else "spawn",
            }
        ),
    ):
        try:
            cluster = _start(household, security)
        except Exception as error:
            grader.send(f"{type(error).__name__}: {error}")
            return
        with cluster:
            grader.send((cluster.scheduler_address, security))
            # Nothing is ever sent this way: the wait is over when the other end is closed.
            grader.poll(None)


def _start(household: Household, security: Security) -> LocalCluster:
    return LocalCluster(
        n_workers=household.jobs,
        threads_per_worker=1,
        memory_limit=0,
        host="127.0.0.1",
        scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
        security=security,
        local_directory=household.folder,
        silence_logs="CRITICAL",
    )
