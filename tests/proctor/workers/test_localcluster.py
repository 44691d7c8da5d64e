"""Scheduler and workers of this machine, and what they tell the grader."""

from __future__ import annotations

import multiprocessing
import sys

from distributed import Client
from distributed.security import Security

from proctor.workers.household import Household
from proctor.workers.localcluster import run
from tests.proctor.coursework import seeded


def started(folder):
    """Their process, and what it tells first."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=run, args=(Household(2, str(folder)), there)
    )
    process.start()
    there.close()
    return process, here, here.recv()


def test_only_who_has_the_runs_keys_can_hand_them_work(tmp_path):
    process, grader, (address, security) = started(tmp_path)
    with Client(address, security=security) as client:
        assert sorted(client.nthreads().values()) == [1, 1]
    try:
        Client(address, security=Security.temporary(), timeout=2).close()
    except OSError:
        refused = True
    else:
        refused = False
    grader.close()
    process.join(60)
    assert refused
    assert process.exitcode == 0


def test_the_scheduler_imports_nothing_of_what_the_workers_need(workers):
    assert len(list(workers.results([seeded("ann")]))) == 1
    loaded = workers._client.run_on_scheduler(lambda: [*sys.modules])
    assert "proctor.workers.cluster" in loaded
    assert not {"nbgrader", "tests.proctor.workers.fake_work"} & set(loaded)


def test_what_stands_in_the_way_is_told():
    process, _, told = started("/proc/nowhere")
    assert "/proc/nowhere" in told
    process.join(60)
    assert process.exitcode == 0
