import asyncio
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerFactory

from proctor.kernel_client.output_budget import Allowance
from proctor.sandbox.host.provisioner import NAME, SandboxProvisioner, kernel_manager

pytestmark = pytest.mark.sandbox


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
