"""The tiny course's bundle, and workers of two kinds for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dask
import pytest
from distributed import LocalCluster

from engine.tests.backends.fake_work import work
from engine.tests.coursework import bundle_of
from proctor.backends.base import Workers
from proctor.backends.dask_workers import SETTINGS, remote_workers
from proctor.backends.local import local_workers


@pytest.fixture(scope="session")
def bundle(released):
    return bundle_of(released)


@contextmanager
def on_a_cluster(bundle) -> Iterator[Workers]:
    """Two workers of a Dask cluster, processes of their own."""
    with (
        dask.config.set(SETTINGS),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            memory_limit=0,
            host="127.0.0.1",
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            silence_logs="CRITICAL",
        ) as cluster,
        remote_workers(bundle, work, cluster.scheduler_address) as workers,
    ):
        yield workers


@pytest.fixture(scope="module", params=["local", "dask"])
def workers(bundle, request) -> Iterator[Workers]:
    """Two, for all tests of a file."""
    local = request.param == "local"
    with local_workers(bundle, work, 2) if local else on_a_cluster(bundle) as running:
        yield running


@pytest.fixture(scope="module")
def two(bundle) -> Iterator[Workers]:
    """Two on this machine, for all tests of a file."""
    with local_workers(bundle, work, 2) as running:
        yield running
