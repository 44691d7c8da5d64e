"""The workers of a scheduler that already runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from distributed import LocalCluster

from engine.tests.backends.fake_work import work
from engine.tests.coursework import seeded
from proctor.backends import dask_checks as facts_module
from proctor.backends import dask_workers as workers_module
from proctor.backends.dask_workers import remote_workers
from proctor.errors import CourseError

pytestmark = pytest.mark.programs


@pytest.fixture
def scheduler(monkeypatch):
    """A scheduler that already runs; it and its workers are threads of this process."""
    monkeypatch.setattr(facts_module, "_WAIT_SECONDS", 1)
    monkeypatch.setattr(workers_module, "_CONNECT_SECONDS", 1)

    def start(count: int) -> LocalCluster:
        started.append(
            LocalCluster(
                n_workers=count,
                threads_per_worker=2,
                processes=False,
                protocol="tcp",
                host="127.0.0.1",
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            )
        )
        return started[-1]

    started: list[LocalCluster] = []
    yield start
    for one in started:
        one.close()


def test_a_scheduler_that_already_runs_is_used_and_left(scheduler, bundle):
    running = scheduler(1)
    address = running.scheduler_address
    for _ in range(2):
        with remote_workers(bundle, work, address) as workers:
            assert address in workers.description
            assert len(list(workers.results(map(seeded, "abc")))) == 3


def test_a_bundle_is_sent_to_workers_elsewhere_and_opened_once(scheduler, bundle):
    running = scheduler(1)
    with remote_workers(bundle, work, running.scheduler_address) as workers:
        for students in ("abc", "de"):
            done = list(workers.results(map(seeded, students)))
            assert {one.graded.receipts[0].origin.bundle for one in done} == {bundle.hash}
    (worker,) = running.workers.values()
    (folder,) = Path(worker.local_directory, "proctor").iterdir()
    assert folder.name == bundle.hash


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "gopher://here", "here"])
def test_nobody_at_the_address_is_said(bundle, scheduler, address):
    with pytest.raises(CourseError, match="dask scheduler"), remote_workers(bundle, work, address):
        pass


def test_a_cluster_without_workers_is_said(scheduler, bundle):
    address = scheduler(0).scheduler_address
    with pytest.raises(CourseError, match="dask worker"), remote_workers(bundle, work, address):
        pass


def test_a_worker_without_the_sandbox_that_is_asked_for_is_refused(
    scheduler, bundle, monkeypatch, tmp_path
):
    address = scheduler(1).scheduler_address
    monkeypatch.setenv("PATH", str(tmp_path))
    asked = {**bundle.contents.sandbox, "kind": "namespaces"}
    insisting = replace(bundle, contents=replace(bundle.contents, sandbox=asked))
    with pytest.raises(CourseError, match="apt install bubblewrap"):
        remote_workers(insisting, work, address).__enter__()


def test_a_scheduler_that_ends_on_the_way_is_said(scheduler, bundle):
    running = scheduler(1)
    with remote_workers(bundle, work, running.scheduler_address) as workers:
        results = workers.results(seeded(f"s-{n}") for n in range(1000))
        next(results)
        running.close()
        with pytest.raises(CourseError, match="what is done is kept"):
            list(results)
