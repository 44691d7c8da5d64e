import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerFactory

from proctor.sandbox.provisioner import NAME, SandboxProvisioner, kernel_manager


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
    import asyncio

    with pytest.raises(Exception, match="started by the grading engine"):
        asyncio.run(start(manager))


def test_a_client_takes_no_message_without_bounds(tmp_path):
    import zmq

    class Nowhere:
        sockets = tmp_path

    manager = kernel_manager(Nowhere())
    manager.write_connection_file()
    client = manager.client()
    assert client.context.getsockopt(zmq.MAXMSGSIZE) == 64 << 20
    client.stop_channels()
