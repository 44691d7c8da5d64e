"""A server with a sandbox and imports of its own: what stands in its way, and what is left."""

import os

import psutil
import pytest

from engine.tests.sandbox.family import all_end
from engine.tests.sandboxes import skip_where_missing
from proctor.errors import CourseError
from proctor.sandbox.host.standalone_server import StandaloneServer

pytestmark = pytest.mark.sandbox


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
