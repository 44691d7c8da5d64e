"""Dask workers of this machine; one cluster for all tests of the file."""

from __future__ import annotations

import os
import signal

import psutil
import pytest
from distributed import LocalCluster

from proctor.errors import CourseError
from proctor.workers import cluster as cluster_module
from proctor.workers import facts as facts_module
from proctor.workers.cluster import local_workers, remote_workers
from proctor.workers.inprocess import in_process
from tests.proctor.coursework import bundle_of, seeded
from tests.proctor.workers.fake_work import BIG, work


@pytest.fixture(scope="module")
def bundle(released):
    return bundle_of(released)


@pytest.fixture(scope="module")
def workers(bundle):
    before = set(psutil.Process().children(recursive=True))
    with local_workers(bundle, work, 2) as running:
        yield running
    left = set(psutil.Process().children(recursive=True)) - before
    # Python's own tracker of shared resources stays until this process ends.
    assert not [p for p in left if "resource_tracker" not in " ".join(p.cmdline())]


def verdicts(done):
    return {one.unit.student: one.graded.receipts[0].verdicts().encode() for one in done}


def test_any_number_of_workers_gives_the_same_verdicts(workers, bundle):
    units = [seeded(f"s-{number}") for number in range(30)]
    with in_process(bundle, work) as alone:
        wanted = verdicts(alone.results(units))
    assert verdicts(workers.results(units)) == wanted
    assert verdicts(workers.results(units[::-1])) == wanted


def test_units_are_drawn_a_few_at_a_time(workers):
    drawn, ahead = [], cluster_module.AHEAD * 2

    def units():
        for number in range(40):
            drawn.append(number)
            yield seeded(f"s-{number}")

    for count, _ in enumerate(workers.results(units()), start=1):
        assert len(drawn) < count + ahead
    assert len(drawn) == 40


def test_a_unit_that_takes_its_workers_with_it_is_set_aside(workers):
    students = ["kills", *(f"s-{number}" for number in range(8))]
    done = {one.unit.student: one for one in workers.results(map(seeded, students))}
    assert set(done) == set(students)
    assert done.pop("kills").graded is None
    assert all(one.graded is not None for one in done.values())


def test_workers_that_are_killed_from_outside_are_replaced(workers):
    begun: list[str] = []
    lost: set[str] = set()
    done: dict[str, object] = {}
    kills = [0]
    for one in workers.results((seeded(f"s-{n}") for n in range(30)), begun.append):
        done[one.unit.student] = one.graded
        # Not before what was under way at the last time is done: two losses are one too many.
        if kills and lost <= set(done):
            lost = set(begun)
            os.kill(worker_processes(workers)[kills.pop()], signal.SIGKILL)
    assert set(done) == set(begun) == {f"s-{n}" for n in range(30)}
    assert all(done.values())


def worker_processes(workers):
    nannies = workers._client.cluster.workers.values()
    return [nanny.pid for nanny in nannies if nanny.pid]


def test_much_output_comes_through(workers):
    (done,) = workers.results([seeded("big")])
    assert len(done.graded.notebooks["exercise"]) == BIG


def test_a_fault_of_the_course_ends_the_run_with_its_words(workers):
    with pytest.raises(CourseError, match="a fault"):
        list(workers.results([seeded("fault")]))


def test_a_fault_that_nobody_foresaw_is_said_clearly(workers):
    with pytest.raises(CourseError, match="nobody foresaw this"):
        list(workers.results([seeded("bug")]))


@pytest.mark.usefixtures("workers")
def test_nothing_of_the_cluster_can_be_reached_from_outside():
    mine = [psutil.Process(), *psutil.Process().children(recursive=True)]
    listening = [c.laddr.ip for p in mine for c in p.net_connections("tcp") if c.status == "LISTEN"]
    assert set(listening) == {"127.0.0.1"}


@pytest.fixture
def scheduler(monkeypatch):
    """A scheduler that already runs; it and its workers are threads of this process."""
    monkeypatch.setattr(facts_module, "_WAIT_SECONDS", 1)
    monkeypatch.setattr(cluster_module, "_CONNECT_SECONDS", 1)

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
            assert address in workers.words
            assert len(list(workers.results(map(seeded, "abc")))) == 3


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "gopher://here", "here"])
def test_nobody_at_the_address_is_said(bundle, scheduler, address):
    with pytest.raises(CourseError, match="dask scheduler"), remote_workers(bundle, work, address):
        pass


def test_a_cluster_without_workers_is_said(scheduler, bundle):
    address = scheduler(0).scheduler_address
    with pytest.raises(CourseError, match="dask worker"), remote_workers(bundle, work, address):
        pass


def test_a_worker_without_bubblewrap_is_refused(scheduler, bundle, monkeypatch, tmp_path):
    address = scheduler(1).scheduler_address
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match="apt install bubblewrap"):
        remote_workers(bundle, work, address).__enter__()


def test_a_scheduler_that_ends_on_the_way_is_said(scheduler, bundle):
    running = scheduler(1)
    with remote_workers(bundle, work, running.scheduler_address) as workers:
        results = workers.results(seeded(f"s-{n}") for n in range(1000))
        next(results)
        running.close()
        with pytest.raises(CourseError, match="what is done is kept"):
            list(results)
