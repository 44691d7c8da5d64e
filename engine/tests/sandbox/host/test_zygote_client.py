"""A zygote comes, and goes with all that descends from it; or there is none."""

import pytest

from engine.tests.sandbox.family import all_end, family
from engine.tests.sandboxes import skip_where_missing
from proctor.files.temporary import temporary_folder
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.host.server_handle import ForkedServer, NoForkedServerError
from proctor.sandbox.host.zygote_client import zygote

pytestmark = pytest.mark.sandbox


def test_everything_ends_with_the_zygote(plan):
    with temporary_folder() as parent:
        with zygote(plan, parent / "zygote"):
            server = ForkServer(plan, parent / "zygote")
            assert isinstance(server._handle, ForkedServer)
            below = family(parent)
            assert len(below) > 4
        assert all_end(below)
        assert not server.alive
        server.close()


def test_a_zygote_that_can_not_import_is_not_waited_for(plan_of):
    skip_where_missing("namespaces")
    plan = plan_of(kind="namespaces", preload=["no_such_module"])
    with temporary_folder() as parent, zygote(plan, parent / "zygote"):
        with pytest.raises(NoForkedServerError):
            ForkedServer(plan, parent / "zygote")
        assert "no_such_module" in (parent / "zygote" / "errors").read_text()


def test_without_bubblewrap_there_is_none(plan, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with temporary_folder() as parent, zygote(plan, parent / "zygote"):
        assert family(parent) == set()


def test_a_path_too_long_for_sockets_is_no_error(plan, tmp_path):
    with zygote(plan, tmp_path / ("x" * 100)):
        assert list(tmp_path.iterdir()) == []


def test_without_a_sandbox_there_is_none(plan_of, tmp_path):
    with zygote(plan_of(kind="none"), tmp_path / "zygote"):
        assert list(tmp_path.iterdir()) == []
