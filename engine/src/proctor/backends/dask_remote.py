"""The workers of a Dask scheduler that already runs."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import dask
from distributed import Client

from proctor.backends.base import Work
from proctor.backends.dask_checks import check_workers
from proctor.backends.dask_workers import SETTINGS, DaskWorkers, ship
from proctor.errors import CourseError
from proctor.sandbox.host.options import close_servers
from proctor.sandbox.shared.strength import as_kind

if TYPE_CHECKING:
    from proctor.bundle.build import Bundle

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
