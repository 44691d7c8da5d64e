"""Scheduler and workers of this machine, and what they tell the grader."""

from __future__ import annotations

import sys
from contextlib import closing

import pytest
from distributed import Client
from distributed.security import Security

from proctor.workers.household import Household
from proctor.workers.localcluster import run
from tests.proctor.coursework import seeded
from tests.proctor.workers.apart import start


def test_only_who_has_the_runs_keys_can_hand_them_work(tmp_path):
    process, grader = start(run, Household(2, str(tmp_path), str(tmp_path)))
    address, security = grader.recv()
    with Client(address, security=security) as client:
        assert sorted(client.nthreads().values()) == [1, 1]
    with closing(grader), pytest.raises(OSError, match="certificate does not match"):
        Client(address, security=Security.temporary(), timeout=2).close()
    process.join(60)
    assert process.exitcode == 0


def test_the_scheduler_imports_nothing_of_what_the_workers_need(workers):
    assert len(list(workers.results([seeded("ann")]))) == 1
    loaded = workers._client.run_on_scheduler(lambda: [*sys.modules])
    assert "proctor.workers.cluster" in loaded
    assert not {"nbgrader", "tests.proctor.workers.fake_work"} & set(loaded)


def test_what_stands_in_the_way_is_told():
    process, grader = start(run, Household(2, "/proc/nowhere", "/proc/nowhere"))
    assert "/proc/nowhere" in grader.recv()
    process.join(60)
    assert process.exitcode == 0
