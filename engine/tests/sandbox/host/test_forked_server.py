"""A server that a zygote forks, from its worker's side."""

import os
import signal

import psutil
import pytest

from engine.tests.sandbox.family import all_end, family
from proctor.sandbox.host.forked_server import LISTENER, ForkedServer, NoForkedServerError
from proctor.sandbox.host.forkserver import ForkServer, ServerLostError
from proctor.sandbox.host.options import Sandbox

pytestmark = pytest.mark.sandbox


def test_a_server_of_a_zygote_is_there_at_once_and_takes_notebook_after_notebook(
    plan, zygotes, no_files
):
    server = ForkServer(plan, zygotes)
    assert server.sandbox.startswith("namespaces (bubblewrap, Landlock")
    for _ in range(2):
        with server.notebook(no_files, Sandbox().limits()) as place:
            assert place.sockets.is_dir()
    assert server.alive
    server.close()
    assert not server.alive
    server.close()


def test_nothing_is_left_of_a_server(plan, zygotes, no_files):
    before = family(zygotes)
    server = ForkServer(plan, zygotes)
    with server.notebook(no_files, Sandbox().limits()):
        assert family(zygotes) > before
    server.close()
    assert family(zygotes) <= before
    assert list(zygotes.joinpath("sockets").iterdir()) == []


def test_a_server_whose_worker_is_killedall_end(plan, zygotes):
    before = family(zygotes)
    worker = os.fork()
    if worker == 0:
        ForkServer(plan, zygotes)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(worker, 0)
    assert all_end(family(zygotes) - before)


def test_a_server_whose_keeper_is_killed_is_lost(plan, zygotes, no_files):
    server = ForkServer(plan, zygotes)
    below = psutil.Process(server.process).children(recursive=True)
    with server.notebook(no_files, Sandbox().limits()) as place:
        os.kill(server.process, signal.SIGKILL)
        assert all_end(below)
        with pytest.raises(ServerLostError):
            place.ending()
    assert not server.alive


def test_another_plan_is_refused(plan_of, zygotes):
    with pytest.raises(NoForkedServerError, match="another plan"):
        ForkedServer(plan_of(environment={"A": "1"}), zygotes)


def test_where_there_is_no_zygote_that_is_known_at_once(plan, tmp_path):
    with pytest.raises(NoForkedServerError):
        ForkedServer(plan, tmp_path)


def test_a_zygote_that_may_not_make_sandboxes_says_so(plan, zygotes, tmp_path):
    other = tmp_path / "z"
    (other / "sockets").mkdir(parents=True)
    # Its folder of sockets is not the one that the zygote sees.
    (other / LISTENER).symlink_to(zygotes / LISTENER)
    with pytest.raises(NoForkedServerError, match="bwrap"):
        ForkedServer(plan, other)
    assert list((other / "sockets").iterdir()) == []
