"""Grade units on the workers of a Dask cluster.

A few more units than there are workers are in flight, and results arrive in any order. The units of
a lost worker are run again on another one; a unit that keeps ending its workers is given up, so
that the rest of the class continues. The workers need this engine and the libraries that the lesson
imports. The course is sent as a bundle, and workers never receive the gradebook, only the
submissions that they grade.
"""

from __future__ import annotations

import logging
import pickle
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import dask
from distributed import Client, Future, as_completed, get_worker
from distributed.scheduler import KilledWorker

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
from proctor.backends.dask_checks import check_workers
from proctor.bundle.load import OpenBundle, open_bundle
from proctor.errors import CourseError, first_line
from proctor.sandbox.host.options import close_servers
from proctor.sandbox.shared.strength import parse_kind

if TYPE_CHECKING:
    # Workers import this module, and making bundles takes the gradebook.
    from proctor.bundle.build import Bundle


_COUNT_SECONDS = 1.0
"""Interval at which the workers are counted."""

SETTINGS = {
    "distributed.scheduler.allowed-failures": MAX_LOSSES,
    # One unit per worker at a time: if a worker ends, units queued there are not blamed for it.
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.admin.large-graph-warning-threshold": "1GB",
    # The dashboard is not used, and would be open to all users of the machine.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    # By default each process monitors itself fifty times a second; three idle ones then take more
    # than a tenth of a core, which the notebooks need.
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
}
"""Dask settings, for clusters that are made for a run and for their clients."""

_one_at_a_time = threading.Lock()
"""A fork server runs one notebook at a time; a worker may have several threads."""


class DaskWorkers:
    """Workers behind a Dask client."""

    def __init__(self, client: Client, bundle: Future, work: Work, words: str) -> None:
        """Store what every unit needs.

        Args:
            client: Connected to a scheduler.
            bundle: The bundle on the cluster, as returned by `send_bundle`.
            work: The function that grades a unit.
            words: Human-readable description of the workers.
        """
        # We report a lost connection ourselves, once, instead of Dask's traceback.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        self.description = words
        self._client = client
        self._bundle = bundle
        self._work = work
        self._counted, self._threads = -_COUNT_SECONDS, 0

    def results(
        self, units: Iterable[Unit], started: Callable[[str], None] = lambda _: None
    ) -> Iterator[UnitResult]:
        """See `Workers.results`."""
        waiting = iter(units)
        under_way: dict[Future, Unit] = {}
        # Results are transferred as they become available, not when `next` is called.
        completed = as_completed([], with_results=True, raise_errors=False)
        while True:
            for unit in draw(waiting, under_way.values(), self._max_in_flight()):
                started(unit.student)
                future = self._submit(unit)
                under_way[future] = unit
                completed.add(future)
            if not under_way:
                return
            future, result = next(completed)
            yield _outcome(result, under_way.pop(future))
            future.release()

    def _submit(self, unit: Unit) -> Future:
        with _reaching_the_scheduler():
            return self._client.submit(
                _grade_on_worker,
                # Pickled here, since the scheduler would unpickle it and import what it needs.
                pickle.dumps((self._work, unit)),
                self._bundle,
                key=f"grade-{uuid.uuid4().hex}",
                pure=False,
            )

    def _max_in_flight(self) -> int:
        """How many units may be in flight; workers are recounted only now and then."""
        now = time.monotonic()
        if now - self._counted > _COUNT_SECONDS:
            self._counted = now
            with _reaching_the_scheduler():
                self._threads = sum(self._client.nthreads().values())
        return UNITS_PER_WORKER * max(1, self._threads)


def send_bundle(client: Client, bundle: Bundle) -> Future:
    """Send a bundle to the workers, which share no folder with the grader, once for all units."""
    # A task rather than scattered data: if the worker that holds it is lost, it is recomputed.
    return client.submit(bytes, bundle.blob, key=f"bundle-{bundle.hash}")


@contextmanager
def _reaching_the_scheduler() -> Iterator[None]:
    try:
        yield
    # A client that has given up the connection raises RuntimeError.
    except (CancelledError, OSError, RuntimeError) as error:
        raise _scheduler_lost(error) from error


def _scheduler_lost(error: Exception) -> CourseError:
    return CourseError(
        f"the Dask scheduler does not answer any more ({type(error).__name__})",
        why="it must run until the last submission is graded",
        where="the Dask cluster",
        remedy="start it again, and grade again: what is done is kept",
    )


def _outcome(result: object, unit: Unit) -> UnitResult:
    """Convert the result of a task: a result, an error with its traceback, or a cancellation."""
    if isinstance(result, Graded):
        return UnitResult(unit, result)
    error = result[1] if isinstance(result, tuple) else result
    if isinstance(error, KilledWorker):
        return UnitResult(unit, None, WORKERS_ENDED)
    if isinstance(error, CourseError):
        raise error
    if isinstance(error, CancelledError | OSError):
        raise _scheduler_lost(error)
    # Errors that a submission causes are already part of the result.
    raise CourseError(
        f"a worker can't grade: {type(error).__name__}: {error}"[:300],
        why="it would fail for every submission",
        where="a worker",
        remedy="install there what is here, or look at the worker's log",
    )


def _grade_on_worker(packed: bytes, bundle: bytes) -> Graded:
    """Grade a unit, packed by `DaskWorkers`; runs on a worker."""
    work, unit = cast("tuple[Work, Unit]", pickle.loads(packed))  # noqa: S301 - the grader's own
    # In the worker's own folder, which is removed when the worker ends.
    cache = Path(get_worker().local_directory) / "proctor"
    with _one_at_a_time:
        return work(unit, _opened(bundle, cache))


# Only one bundle: opening another one replaces the modules of the last one.
@lru_cache(maxsize=1)
def _opened(bundle: bytes, cache: Path) -> OpenBundle:
    return open_bundle(bundle, cache)


_CONNECT_SECONDS = 10


@contextmanager
def remote_workers(bundle: Bundle, work: Work, address: str) -> Iterator[DaskWorkers]:
    """Use the workers of a scheduler that is already running.

    Args:
        bundle: The bundle to grade with.
        work: The function that grades a unit.
        address: Address of the scheduler, such as ``tcp://head:8786``.

    Raises:
        CourseError: No scheduler answers there, or the workers can't grade.
    """
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(SETTINGS))
        client = stack.enter_context(_connect(address))
        check_workers(client, address, sandbox=parse_kind(str(bundle.contents.sandbox["kind"])))
        stack.callback(_close_servers, client)
        count = len(client.nthreads())
        yield DaskWorkers(
            client, send_bundle(client, bundle), work, f"{count} workers of {address}"
        )


@contextmanager
def _connect(address: str) -> Iterator[Client]:
    try:
        with warnings.catch_warnings():
            # We compare and report versions ourselves.
            warnings.simplefilter("ignore")
            client = Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise CourseError(
            f"no Dask scheduler answers ({first_line(error)[:200]})",
            why="--scheduler takes the address of a running Dask scheduler",
            where=address,
            remedy="start it (dask scheduler), or leave --scheduler out to grade on this machine",
        ) from error
    with client:
        yield client


def _close_servers(client: Client) -> None:
    """Shut down the fork servers on the workers."""
    with suppress(Exception):
        client.run(close_servers)
