"""Workers of this machine: their processes come, are replaced, and go."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import nullcontext

import psutil
import pytest

from proctor.errors import CourseError
from proctor.grading.examining import server_plan
from proctor.workers import local as local_module
from proctor.workers.local import local_workers
from tests.proctor.coursework import seeded
from tests.proctor.sandboxes import skip_where_missing
from tests.proctor.workers.fake_work import served, work


def asked(workers, question):
    """What each worker's process answers."""
    return list(workers._client.run(question).values())


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
            os.kill(asked(workers, os.getpid)[kills.pop()], signal.SIGKILL)
    assert set(done) == set(begun) == {f"s-{n}" for n in range(30)}
    assert all(done.values())


@pytest.mark.usefixtures("workers")
def test_nothing_of_the_cluster_can_be_reached_from_outside():
    mine = [psutil.Process(), *psutil.Process().children(recursive=True)]
    listening = [c.laddr.ip for p in mine for c in p.net_connections("tcp") if c.status == "LISTEN"]
    assert set(listening) == {"127.0.0.1"}


def terminal_and_interrupts():
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    return os.getsid(0), signal.SIGINT in blocked, signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_terminals_ctrl_c_does_not_reach_workers_but_their_kernels_can_be_interrupted(workers):
    here = terminal_and_interrupts()
    for session, blocked, ignored in asked(workers, terminal_and_interrupts):
        assert session != here[0]
        assert not blocked
        assert not ignored
    assert not here[1]


def test_no_process_is_left(bundle):
    before = set(psutil.Process().children(recursive=True))
    with local_workers(bundle, work, 1) as workers:
        pids = asked(workers, os.getpid)
        assert len(list(workers.results(map(seeded, "ab")))) == 2
    left = set(psutil.Process().children(recursive=True)) - before
    # Python's own tracker of shared resources stays until this process ends.
    assert not [p for p in left if "resource_tracker" not in " ".join(p.cmdline())]
    assert not any(map(psutil.pid_exists, pids))


@pytest.mark.parametrize(("way", "remedy"), [("dask-scratch-space", "--jobs=1"), ("", "TMPDIR")])
def test_workers_that_cannot_be_started_are_said(bundle, monkeypatch, tmp_path, way, remedy):
    """A file is in the way, of theirs or of the bundle's."""
    folder = tmp_path / "folder"
    in_the_way = folder / way
    in_the_way.parent.mkdir(exist_ok=True)
    in_the_way.write_text("in the way")
    monkeypatch.setattr(local_module, "temporary_folder", lambda **_: nullcontext(folder))
    with pytest.raises(CourseError, match=remedy), local_workers(bundle, work, 1):
        pass


def test_a_scheduler_that_ends_before_it_is_there_is_said():
    here, there = multiprocessing.Pipe()
    there.close()
    with pytest.raises(CourseError, match="came to an end"):
        local_module._address(here)


def test_a_scheduler_that_is_killed_on_the_way_is_said(bundle):
    with local_workers(bundle, work, 1) as workers:
        results = workers.results(seeded(f"s-{n}") for n in range(1000))
        next(results)
        (worker,) = map(psutil.Process, asked(workers, os.getpid))
        next(one for one in worker.parents() if one.ppid() == os.getpid()).kill()
        with pytest.raises(CourseError, match="what is done is kept"):
            list(results)
    assert psutil.wait_procs([worker], timeout=30)[1] == []


@pytest.mark.parametrize(("servers", "kind"), [(server_plan, "Branch"), (None, "Alone")])
def test_the_fork_servers_of_all_workers_come_from_one_zygote(bundle, servers, kind):
    if kind == "Branch":
        skip_where_missing("namespaces")
    with local_workers(bundle, served, 2, servers) as workers:
        found = [one.graded.notebooks for one in workers.results(map(seeded, "abcdef"))]
    assert {name for notebooks in found for name in notebooks} == {kind}


def test_workers_that_are_replaced_get_a_server_of_the_same_zygote(bundle):
    skip_where_missing("namespaces")
    with local_workers(bundle, served, 1, server_plan) as workers:
        (before,) = next(workers.results([seeded("a")])).graded.notebooks.items()
        os.kill(int(before[1]), signal.SIGKILL)
        (after,) = next(workers.results([seeded("b")])).graded.notebooks.items()
    assert (before[0], after[0]) == ("Branch", "Branch")
    assert before[1] != after[1]
