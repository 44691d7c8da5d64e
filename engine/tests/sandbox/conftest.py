"""A zygote, and notebooks in servers that it forks."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from engine.tests.sandboxes import skip_where_missing
from engine.tests.sessions import session_in
from proctor.files.temporary import temporary_folder
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.host.options import Sandbox
from proctor.sandbox.host.server_handle import ForkedServer
from proctor.sandbox.host.zygote_client import zygote


@pytest.fixture(scope="session")
def plan(plan_of):
    """How the zygote's servers are started."""
    skip_where_missing("namespaces")
    return plan_of(kind="namespaces")


@pytest.fixture(scope="session")
def zygotes(plan):
    """The folder of a zygote that runs."""
    with temporary_folder() as parent, zygote(plan, parent / "zygote"):
        yield parent / "zygote"


@pytest.fixture
def open_beside(plan, zygotes, no_files):
    """Open a session in a server of its own that the zygote forks."""

    @contextmanager
    def opened():
        server = ForkServer(plan, zygotes)
        try:
            assert isinstance(server._handle, ForkedServer)
            with session_in(server, no_files, Sandbox().limits()) as session:
                yield session
        finally:
            server.close()

    return opened


@pytest.fixture
def pair(open_beside):
    """Two notebooks that run at the same time."""
    with open_beside() as one, open_beside() as other:
        yield one, other
