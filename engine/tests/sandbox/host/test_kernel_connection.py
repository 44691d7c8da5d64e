import asyncio
import time
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient.util import run_sync

from engine.tests.hostile import SPEAK
from proctor.kernel_client.output_budget import Allowance
from proctor.sandbox.host import kernel_connection
from proctor.sandbox.host.forkserver import ServerLostError
from proctor.sandbox.host.kernel_connection import NAME, SandboxProvisioner, kernel_manager, replies

pytestmark = pytest.mark.sandbox


def test_a_kernel_is_there_soon(open_notebook):
    with open_notebook():
        pass
    started = time.monotonic()
    with open_notebook() as session:
        assert session.run("1").error is None
    # Many times what it takes; jupyter_client's own waiting alone would be a fifth of a second.
    assert time.monotonic() - started < 5


def test_a_kernel_answers_also_when_nobody_reads_what_it_shows(open_notebook):
    # A thread that shows more than all queues hold, between two cells.
    flood = """
import threading
def show():
    for _ in range(10_000): iopub("stream", {"name": "stdout", "text": "x" * 500})
shows = threading.Thread(target=show)
shows.start()
"""
    with open_notebook() as session:
        session.run(SPEAK + flood)
        assert run_sync(replies)(session._client.kc, 30)
        assert session.run("shows.join()\nprint('joined')").error is None


def test_a_kernel_that_does_not_start_is_said(serve, monkeypatch, open_notebook):
    # A sockets folder that the kernel can't use: it ends before it can answer.
    monkeypatch.setattr(kernel_connection.SandboxProvisioner, "launch_kernel", _launch_without_key)
    with pytest.raises(ServerLostError, match="did not start"), open_notebook():
        pass


async def _launch_without_key(self, cmd, **_):
    self.slot.launch({**self.connection_info, "key": "", "transport": "nonsense"})
    return self.connection_info


def test_jupyter_knows_the_provisioner():
    spec = KernelSpec(metadata={"kernel_provisioner": {"provisioner_name": NAME}})
    made = KernelProvisionerFactory.instance().create_provisioner_instance("id", spec, parent=None)
    assert isinstance(made, SandboxProvisioner)


async def start(manager):
    await manager.start_kernel()


def test_a_start_from_elsewhere_is_refused(tmp_path):
    class Nowhere:
        sockets = tmp_path

    manager = kernel_manager(Nowhere())
    with pytest.raises(Exception, match="started by the grading engine"):
        asyncio.run(start(manager))


def test_a_manager_opens_no_socket_and_its_client_no_others_than_it_reads(tmp_path):
    class Nowhere:
        sockets = tmp_path

    manager = kernel_manager(Nowhere())
    manager.write_connection_file()
    before = len(list(Path("/proc/self/fd").iterdir()))
    manager._connect_control_socket()
    client = manager.client()
    assert asyncio.run(client.connect(Allowance())) is False
    client.stop_channels()
    assert not client.channels_running
    assert manager._control_socket is None
    assert len(list(Path("/proc/self/fd").iterdir())) == before
