"""Workers of this machine: their processes come, are replaced, and go."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from contextlib import nullcontext

import psutil
import pytest

from engine.tests.backends.fake_work import served, work
from engine.tests.coursework import seeded
from engine.tests.sandboxes import skip_where_missing
from proctor.backends import local as local_module
from proctor.backends.local import local_workers
from proctor.errors import CourseError
from proctor.grading.core import zygotes

pytestmark = pytest.mark.programs


def told(workers, count=8):
    """What its workers say of themselves, by process; each is asked at least once."""
    found = {}
    for one in workers.results(seeded(f"tell-{n}") for n in range(count)):
        values = {name: value.decode() for name, value in one.graded.notebooks.items()}
        found[int(values["process"])] = values
    return found


def test_workers_that_are_killed_from_outside_are_replaced(two):
    started: list[str] = []
    done: dict[str, object] = {}
    before = told(two)
    victim = next(iter(before))
    for one in two.results((seeded(f"s-{n}") for n in range(30)), started.append):
        done[one.unit.student] = one.graded
        if len(done) == 5:
            os.kill(victim, signal.SIGKILL)
    assert set(done) == set(started) == {f"s-{n}" for n in range(30)}
    assert all(done.values())
    assert victim not in told(two)


def test_a_worker_that_ended_while_it_was_idle_costs_no_unit_a_try(two):
    workers = [psutil.Process(process) for process in told(two)]
    for worker in workers:
        worker.kill()
    psutil.wait_procs(workers, 10)
    assert all(one.graded for one in two.results(map(seeded, ["a", "b", "c"])))


@pytest.mark.usefixtures("two")
def test_nothing_can_be_reached_from_outside():
    mine = [psutil.Process(), *psutil.Process().children(recursive=True)]
    assert not [c for p in mine for c in p.net_connections("inet") if c.status == "LISTEN"]


def test_a_terminals_ctrl_c_does_not_reach_workers_but_their_kernels_can_be_interrupted(two):
    for values in told(two).values():
        assert int(values["session"]) != os.getsid(0)
        assert (values["blocked"], values["ignored"]) == ("False", "False")
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_temporary_files_of_workers_lie_in_a_folder_of_the_run(two):
    (folder,) = {values["temporary"] for values in told(two).values()}
    assert folder != tempfile.gettempdir()


def test_no_process_is_left(bundle):
    before = set(psutil.Process().children(recursive=True))
    with local_workers(bundle, work, 1) as workers:
        pids = [*told(workers)]
        assert len(list(workers.results(map(seeded, "ab")))) == 2
    left = set(psutil.Process().children(recursive=True)) - before
    # Python's own tracker of shared resources stays until this process ends.
    assert not [p for p in left if "resource_tracker" not in " ".join(p.cmdline())]
    assert not any(map(psutil.pid_exists, pids))


def test_a_run_that_is_given_up_waits_for_nobody(bundle):
    with local_workers(bundle, work, 2) as workers:
        results = workers.results(map(seeded, ["tell", "slow-1", "slow-2", "slow-3"]))
        next(results)
        started = time.monotonic()
    assert time.monotonic() - started < 20


def test_a_bundle_that_cannot_be_unpacked_is_said(bundle, monkeypatch, tmp_path):
    folder = tmp_path / "folder"
    folder.write_text("in the way")
    monkeypatch.setattr(local_module, "temporary_folder", lambda **_: nullcontext(folder))
    with pytest.raises(CourseError, match="TMPDIR"), local_workers(bundle, work, 1):
        pass


def test_workers_that_cannot_be_started_are_said(bundle, monkeypatch):
    monkeypatch.setattr(local_module, "supervise", ends_at_once)
    with pytest.raises(CourseError, match="--jobs=1"), local_workers(bundle, work, 1):
        pass


def ends_at_once(config, control):
    pass


def test_a_supervisor_that_is_killed_on_the_way_is_said(bundle):
    with local_workers(bundle, work, 1) as workers:
        (worker,) = map(psutil.Process, told(workers))
        supervisor = worker.parent()
        results = workers.results(seeded(f"s-{n}") for n in range(1000))
        next(results)
        supervisor.kill()
        with pytest.raises(CourseError, match="what is done is kept"):
            list(results)
    assert psutil.wait_procs([worker], timeout=30)[1] == []


@pytest.mark.parametrize(
    ("started", "kind"), [(zygotes, "ForkedServer"), (lambda _: {}, "StandaloneServer")]
)
def test_the_fork_servers_of_all_workers_come_from_one_zygote(bundle, started, kind):
    if kind == "ForkedServer":
        skip_where_missing("namespaces")
    with local_workers(bundle, served, 2, started) as workers:
        found = [one.graded.notebooks for one in workers.results(map(seeded, "abcdef"))]
    assert {name for notebooks in found for name in notebooks} == {kind}


def test_workers_that_are_replaced_get_a_server_of_the_same_zygote(bundle):
    skip_where_missing("namespaces")
    with local_workers(bundle, served, 1, zygotes) as workers:
        (before,) = next(workers.results([seeded("a")])).graded.notebooks.items()
        os.kill(int(before[1]), signal.SIGKILL)
        (after,) = next(workers.results([seeded("b")])).graded.notebooks.items()
    assert (before[0], after[0]) == ("ForkedServer", "ForkedServer")
    assert before[1] != after[1]
