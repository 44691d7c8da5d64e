"""Work on the workers of a Dask cluster.

Units go out a few more than there are workers, and come back in any order. What a worker had when
it was lost is done again on another one; a unit that takes workers with it is given up, so that the
rest of the class goes on. The workers need this engine and the libraries that the lesson imports;
the course itself travels as a bundle, and no worker ever sees the gradebook or another submission
than its own.
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

import proctor._import_workarounds  # noqa: F401
from proctor.backends.base import AHEAD, LOSSES, WORKERS_ENDED, Graded, Unit, UnitResult, Work, draw
from proctor.backends.dask_checks import check_workers
from proctor.bundle.load import OpenBundle, open_bundle
from proctor.errors import CourseError
from proctor.sandbox.host.options import close_servers
from proctor.sandbox.shared.strength import as_kind

if TYPE_CHECKING:
    # Workers import this module, and making bundles takes the gradebook.
    from proctor.bundle.build import Bundle


_COUNT_SECONDS = 1.0
"""How often workers are counted."""

SETTINGS = {
    "distributed.scheduler.allowed-failures": LOSSES,
    # A worker is given one unit at a time: those that only wait there share no guilt in its end.
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.admin.large-graph-warning-threshold": "1GB",
    # Nobody looks at pages about the run, and they would be there for all users of the machine.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    # By default each process looks at itself fifty times a second; three idle ones then take more
    # than a tenth of a core, which the notebooks need.
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
}
"""Dask's, for clusters that are made for a run and for those who use them."""

_one_at_a_time = threading.Lock()
"""A fork server runs one notebook at a time; a worker may have several threads."""


class DaskWorkers:
    """Workers behind a Dask client."""

    def __init__(self, client: Client, bundle: Future, work: Work, words: str) -> None:
        """Keep what every unit needs.

        Args:
            client: Connected to a scheduler.
            bundle: What units are worked on with, as `ship` returned it.
            work: What is done with a unit.
            words: What the workers are, in words.
        """
        # A lost connection is told in our own words, once, and not as a traceback.
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
        # Results are fetched as they come, not when they are asked for.
        completed = as_completed([], with_results=True, raise_errors=False)
        while True:
            for unit in draw(waiting, under_way.values(), self._room()):
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
                _work_there,
                # The scheduler unpickles what it hands on, and would import what the work needs.
                pickle.dumps((self._work, unit)),
                self._bundle,
                key=f"grade-{uuid.uuid4().hex}",
                pure=False,
            )

    def _room(self) -> int:
        """How many units may be under way; workers come and go, but not every moment."""
        now = time.monotonic()
        if now - self._counted > _COUNT_SECONDS:
            self._counted = now
            with _reaching_the_scheduler():
                self._threads = sum(self._client.nthreads().values())
        return AHEAD * max(1, self._threads)


def ship(client: Client, bundle: Bundle) -> Future:
    """Send a bundle to workers that share no folder with the grader, once for all units."""
    # A task rather than scattered data: what a lost worker held is then made anew.
    return client.submit(bytes, bundle.blob, key=f"bundle-{bundle.hash}")


@contextmanager
def _reaching_the_scheduler() -> Iterator[None]:
    try:
        yield
    # A client that has given up the connection refuses with a RuntimeError.
    except (CancelledError, OSError, RuntimeError) as error:
        raise _scheduler_lost(error) from error


def _scheduler_lost(error: Exception) -> CourseError:
    return CourseError(
        "The scheduler runs until the last submission is graded.",
        found=f"it does not answer any more ({type(error).__name__})",
        where="the Dask cluster",
        remedy="start it again, and grade again: what is done is kept",
    )


def _outcome(result: object, unit: Unit) -> UnitResult:
    """What became of a unit: a result, an error with its type and traceback, or a cancellation."""
    if isinstance(result, Graded):
        return UnitResult(unit, result)
    error = result[1] if isinstance(result, tuple) else result
    if isinstance(error, KilledWorker):
        return UnitResult(unit, None, WORKERS_ENDED)
    if isinstance(error, CourseError):
        raise error
    if isinstance(error, CancelledError | OSError):
        raise _scheduler_lost(error)
    # The work itself turns whatever a submission does into a result.
    raise CourseError(
        "A worker can do its work.",
        found=f"{type(error).__name__}: {error}"[:300],
        where="a worker",
        remedy="install there what is here, or look at the worker's log",
    )


def _work_there(packed: bytes, bundle: bytes) -> Graded:
    """Runs on a worker, with what `DaskWorkers` packed there."""
    work, unit = cast("tuple[Work, Unit]", pickle.loads(packed))  # noqa: S301 - the grader's own
    # In the worker's own folder, which goes when it does.
    cache = Path(get_worker().local_directory) / "proctor"
    with _one_at_a_time:
        return work(unit, _opened(bundle, cache))


# Just one: the modules of a bundle that is opened take the place of the last one's.
@lru_cache(maxsize=1)
def _opened(bundle: bytes, cache: Path) -> OpenBundle:
    return open_bundle(bundle, cache)


_CONNECT_SECONDS = 10


@contextmanager
def remote_workers(bundle: Bundle, work: Work, address: str) -> Iterator[DaskWorkers]:
    """The workers of a scheduler that already runs.

    Args:
        bundle: What units are worked on with.
        work: What is done with a unit.
        address: Of the scheduler, such as ``tcp://head:8786``.

    Raises:
        CourseError: Nobody answers there, or the workers are not fit for the work.
    """
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(SETTINGS))
        client = stack.enter_context(_connect(address))
        check_workers(client, address, sandbox=as_kind(str(bundle.contents.sandbox["kind"])))
        stack.callback(_let_go, client)
        count = len(client.nthreads())
        yield DaskWorkers(client, ship(client, bundle), work, f"{count} workers of {address}")


@contextmanager
def _connect(address: str) -> Iterator[Client]:
    try:
        with warnings.catch_warnings():
            # Versions are compared and told by ourselves.
            warnings.simplefilter("ignore")
            client = Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise CourseError(
            "--scheduler takes the address of a Dask scheduler that runs.",
            found=f"no answer ({str(error).splitlines()[0][:200]})",
            where=address,
            remedy="start it (dask scheduler), or leave --scheduler out to grade on this machine",
        ) from error
    with client:
        yield client


def _let_go(client: Client) -> None:
    """Leave the workers as they were: no warm server stays behind."""
    with suppress(Exception):
        client.run(close_servers)
