"""Work on Dask workers: those of this machine, or those of a scheduler that already runs.

Units go out a few more than there are workers, and come back in any order. What a worker had when
it was lost is done again on another one; a unit that takes workers with it is given up, so that the
rest of the class goes on. The workers need this engine and the libraries that the lesson imports;
the course itself travels as a bundle, and no worker ever sees the gradebook or another submission
than its own.
"""

from __future__ import annotations

import signal
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import dask
from distributed import Client, Future, LocalCluster, as_completed, get_worker
from distributed.diagnostics.plugin import WorkerPlugin
from distributed.scheduler import KilledWorker
from distributed.security import Security

# The first of ours, so that a worker that begins with this module has it before nbformat.
import proctor.quickly  # noqa: F401
from proctor.bundle.opening import open_bundle
from proctor.errors import CourseError
from proctor.grading.unit import Graded, Unit
from proctor.sandbox.settings import close_servers
from proctor.temporary import sweep, temporary_folder
from proctor.workers.base import Done, Work
from proctor.workers.facts import check_workers

if TYPE_CHECKING:
    # Workers import this module, and making bundles takes the gradebook.
    from proctor.bundle.packing import Bundle

AHEAD = 4
"""Units that are under way per worker's thread: one that runs, those that come next, and those
that are done and on their way back."""

_COUNT_SECONDS = 1.0
"""How often workers are counted."""

_CONNECT_SECONDS = 10

_LOSSES = 1
"""How many workers a unit may take with it before it is given up: the second is one too many."""

_LOCAL = {
    "distributed.scheduler.allowed-failures": _LOSSES,
    # A worker is given one unit at a time: those that only wait there share no guilt in its end.
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.admin.large-graph-warning-threshold": "1GB",
    # Nobody looks at pages about the run, and they would be there for all users of the machine.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
}

_one_at_a_time = threading.Lock()
"""A fork server runs one notebook at a time; a worker may have several threads."""


class DaskWorkers:
    """Workers behind a Dask client."""

    def __init__(self, client: Client, bundle: Bundle, work: Work, words: str) -> None:
        """Make the bundle known to the cluster.

        Args:
            client: Connected to a scheduler.
            bundle: What units are worked on with.
            work: What is done with a unit.
            words: What the workers are, in words.
        """
        self.words = words
        self._client = client
        self._work = work
        self._counted, self._threads = -_COUNT_SECONDS, 0
        # A task rather than scattered data: what a lost worker held is then made anew.
        self._bundle = client.submit(bytes, bundle.blob, key=f"bundle-{bundle.hash}")

    def results(
        self, units: Iterable[Unit], begun: Callable[[str], None] = lambda _: None
    ) -> Iterator[Done]:
        """See `Workers.results`."""
        waiting = iter(units)
        under_way: dict[Future, Unit] = {}
        # Results are fetched as they come, not when they are asked for.
        completed = as_completed([], with_results=True, raise_errors=False)
        while True:
            for unit in islice(waiting, max(0, self._room() - len(under_way))):
                begun(unit.student)
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
                self._work,
                unit,
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


def _outcome(result: object, unit: Unit) -> Done:
    """What became of a unit: a result, an error with its type and traceback, or a cancellation."""
    if isinstance(result, Graded):
        return Done(unit, result)
    error = result[1] if isinstance(result, tuple) else result
    if isinstance(error, KilledWorker):
        return Done(unit, None, "every worker that tried it came to an end")
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


def _work_there(work: Work, unit: Unit, blob: bytes) -> Graded:
    """Runs on a worker."""
    worker = get_worker()
    with _one_at_a_time:
        # In the worker's own folder, which goes when it does.
        bundle = open_bundle(blob, Path(worker.local_directory) / "proctor")
        return work(unit, bundle)


class _LeavesInterrupts(WorkerPlugin):
    """Ctrl-C reaches all processes of a terminal; the grader ends its workers itself, in order."""

    name = "leaves-interrupts"

    def setup(self, worker: object) -> None:
        """Runs on each worker, in its main thread."""
        # Not SIG_IGN, which kernels would inherit; they are interrupted when a cell runs too long.
        signal.signal(signal.SIGINT, lambda *_: None)


@contextmanager
def local_workers(bundle: Bundle, work: Work, jobs: int) -> Iterator[DaskWorkers]:
    """Workers on this machine, one process each.

    They talk over encrypted connections with keys made for this run: whoever else is on the
    machine can't hand them work.

    Args:
        bundle: What units are worked on with.
        work: What is done with a unit.
        jobs: How many.
    """
    with ExitStack() as stack:
        # Last of all: a worker that was killed could not remove its own temporary folder.
        stack.callback(sweep)
        folder = stack.enter_context(temporary_folder())
        stack.enter_context(dask.config.set({**_LOCAL, "temporary-directory": str(folder)}))
        cluster = stack.enter_context(
            LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                memory_limit=0,
                host="127.0.0.1",
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                security=Security.temporary(),
                local_directory=str(folder),
                silence_logs="CRITICAL",
            )
        )
        client = stack.enter_context(Client(cluster, direct_to_workers=True))
        client.register_plugin(_LeavesInterrupts())
        yield DaskWorkers(client, bundle, work, f"{jobs} workers on this machine")


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
        stack.enter_context(dask.config.set(_LOCAL))
        client = stack.enter_context(_connect(address))
        sandbox = str(bundle.contents.sandbox.get("kind"))
        check_workers(client, address, needs_bubblewrap=sandbox == "bubblewrap")
        stack.callback(_let_go, client)
        count = len(client.nthreads())
        yield DaskWorkers(client, bundle, work, f"{count} workers of {address}")


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
