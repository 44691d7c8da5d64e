"""A server that a zygote forks, from its worker's side."""

import os
import signal
import time
from dataclasses import replace

import psutil
import pytest

from engine.tests.sandbox.family import all_end, family
from engine.tests.sandboxes import skip_where_missing
from proctor.errors import CourseError
from proctor.sandbox.host import server_handle
from proctor.sandbox.host.forkserver import ForkServer, ServerLostError
from proctor.sandbox.host.options import Sandbox
from proctor.sandbox.host.server_handle import (
    ERRORS,
    LISTENER,
    ForkedServer,
    NoForkedServerError,
    StandaloneServer,
    end,
    start,
)

pytestmark = pytest.mark.sandbox


def test_a_server_of_a_zygote_is_there_at_once_and_takes_notebook_after_notebook(
    plan, zygotes, no_files
):
    server = ForkServer(plan, zygotes)
    assert server.sandbox.startswith("namespaces (bubblewrap, Landlock")
    for _ in range(2):
        with server.notebook(no_files, Sandbox().limits()) as slot:
            assert slot.sockets.is_dir()
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
    with server.notebook(no_files, Sandbox().limits()) as slot:
        os.kill(server.process, signal.SIGKILL)
        assert all_end(below)
        with pytest.raises(ServerLostError):
            slot.termination()
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


def test_nothing_is_left_after_a_server(plan_of):
    server = StandaloneServer(plan_of())
    folder = server.sockets.parent
    below = [
        psutil.Process(server.process),
        *psutil.Process(server.process).children(recursive=True),
    ]
    assert len(below) > 1
    server.close()
    assert not folder.exists()
    assert all_end(below)


def test_a_module_that_is_not_there_is_named(serve):
    with pytest.raises(CourseError, match="no_such_module"):
        serve(preload=["no_such_module"])


def test_a_sandbox_that_does_not_start_is_said(plan_of, monkeypatch, tmp_path):
    skip_where_missing("namespaces")
    plan = plan_of(kind="namespaces")
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(CourseError, match="No permissions"):
        StandaloneServer(plan)


def ended(process):
    end(process)
    return process.returncode


def test_it_runs_with_the_plans_environment_and_its_words_are_kept(plan, tmp_path):
    plan = replace(plan, environment=(("A", "1"),))
    process = start(
        "this", plan, tmp_path, ["/usr/bin/env", "B=2", "/bin/sh", "-c", "env >&2", "-"]
    )
    assert ended(process) == 0
    lines = (tmp_path / ERRORS).read_text().split()
    assert {"A=1", "B=2", "PWD=/"} <= set(lines)
    assert not [line for line in lines if line.startswith(("PATH=", "HOME="))]


def test_what_does_not_end_is_ended_with_all_of_its_group(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(server_handle, "END_SECONDS", 0.2)
    around = ["/bin/sh", "-c", "(sleep 99; echo left >&2) & wait", "-"]
    process = start("this", plan, tmp_path, around)
    time.sleep(0.1)
    assert ended(process) == -9
    assert (tmp_path / ERRORS).read_text() == ""
