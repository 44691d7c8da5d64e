"""The process that starts workers, without a grader that works with them."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle

import psutil
import pytest

from engine.tests.backends.fake_work import work
from engine.tests.coursework import seeded
from proctor.backends.supervisor import SupervisorConfig, supervise
from proctor.bundle.load import open_bundle

pytestmark = pytest.mark.programs


@pytest.fixture
def started(bundle, tmp_path):
    """The supervisor's process, and the grader's end of its connection."""
    config = SupervisorConfig(work, open_bundle(bundle.blob, tmp_path).folder, tmp_path)
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=supervise, args=(config, there))
    process.start()
    there.close()
    yield process, here
    here.close()
    process.join(60)


def worker_of(grader):
    grader.send(None)
    return Connection(recv_handle(grader))


def test_a_worker_for_each_request(started):
    process, grader = started
    one, other = worker_of(grader), worker_of(grader)
    for worker in (one, other):
        worker.send(seeded("ann"))
    assert {one.recv()[0], other.recv()[0]} == {"graded"}
    assert len(psutil.Process(process.pid).children()) >= 2


def test_all_end_when_the_grader_is_gone_also_those_that_are_busy(started):
    process, grader = started
    idle, busy = worker_of(grader), worker_of(grader)
    busy.send(seeded("slow"))
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 2
    grader.close()
    process.join(30)
    assert process.exitcode == 0
    assert psutil.wait_procs(family, timeout=10)[1] == []
    idle.close()


def test_workers_end_with_their_supervisor(started):
    process, grader = started
    busy = worker_of(grader)
    busy.send(seeded("slow"))
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    assert psutil.wait_procs(family, timeout=10)[1] == []
    # Reset rather than closed if the worker ended before it had read its submission.
    with pytest.raises((EOFError, ConnectionResetError)):
        busy.recv()


def test_a_grader_that_is_gone_before_anything_is_asked_is_no_fault(started, capfd):
    process, grader = started
    grader.close()
    process.join(60)
    assert process.exitcode == 0
    assert "Traceback" not in capfd.readouterr().err
