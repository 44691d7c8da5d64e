"""Start a kernel in a slot and connect to it as soon as it can answer.

jupyter_client's own wait is made for kernels of any kind and takes a fixed fifth of a second after
the kernel is ready; a fork takes a tenth of that, so the wait would dominate the startup time.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from queue import Empty
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from proctor.errors import CourseError
from proctor.kernel_client.channel import Channel
from proctor.kernel_client.client import SandboxClient
from proctor.kernel_client.output_budget import Allowance
from proctor.sandbox.host.forkserver import ServerLostError
from proctor.sandbox.host.kernel_slot import KernelSlot

_START_SECONDS = 60.0
_HANDSHAKE_SECONDS = 10.0
_CONNECT_POLL_SECONDS, _REPLY_SECONDS = 0.005, 0.2


async def start_kernel(
    slot: KernelSlot, allowance: Allowance
) -> tuple[SandboxKernelManager, SandboxClient]:
    """Fork a kernel, and return its manager and a client to which it replies.

    Args:
        slot: The slot in which it runs.
        allowance: Counts what it sends.

    Raises:
        ServerLostError: The fork server is gone, or the kernel does not answer in time.
    """
    manager = kernel_manager(slot)
    await manager.start_kernel(slot=slot)
    return manager, await connect(manager, slot, allowance)


async def connect(
    manager: SandboxKernelManager, slot: KernelSlot, allowance: Allowance
) -> SandboxClient:
    """Connect a client, and wait until the kernel replies to it.

    Raises:
        ServerLostError: As `start_kernel`.
    """
    end = time.monotonic() + _START_SECONDS
    client = manager.client()
    try:
        while not await _connected(client, allowance):
            await asyncio.sleep(_CONNECT_POLL_SECONDS)
            _check_alive(slot, end)
        while not await _is_responsive(client):
            _check_alive(slot, end)
    except BaseException:
        client.stop_channels()
        raise
    return client


async def _connected(client: SandboxClient, allowance: Allowance) -> bool:
    try:
        async with asyncio.timeout(_HANDSHAKE_SECONDS):
            return await client.connect(allowance)
    except OSError as error:
        raise ServerLostError(f"the kernel did not start: {error}") from error


async def replies(client: SandboxClient, seconds: float) -> bool:
    """Whether the kernel replies to a request within some seconds."""
    request = client.kernel_info()
    # The kernel may have to send pending output before it can reply.
    reading = asyncio.ensure_future(_drain(client.iopub_channel))
    try:
        return await _wait_for(client.shell_channel, request, "kernel_info_reply", seconds)
    finally:
        reading.cancel()
        await asyncio.wait([reading])


async def _drain(channel: Channel) -> None:
    while True:
        await channel.get_msg()


def _check_alive(slot: KernelSlot, end: float) -> None:
    termination = slot.termination()
    if termination is not None:
        raise ServerLostError(f"the kernel did not start: {termination.reason}")
    if time.monotonic() > end:
        raise ServerLostError(f"the kernel did not answer within {_START_SECONDS:g} seconds")


async def _is_responsive(client: SandboxClient) -> bool:
    """Whether the kernel replies, and its published messages arrive."""
    request = client.kernel_info()
    replied = await _wait_for(client.shell_channel, request, "kernel_info_reply", _REPLY_SECONDS)
    return replied and await _wait_for(client.iopub_channel, request, "status", _REPLY_SECONDS)


async def _wait_for(channel: Channel, request: str, kind: str, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        try:
            message = await channel.get_msg(timeout=left)
        except Empty:
            return False
        if message["parent_header"].get("msg_id") != request or message["msg_type"] != kind:
            continue
        if kind != "status" or message["content"]["execution_state"] == "idle":
            return True
    return False


NAME = "proctor-sandbox"
"""Name of the provisioner's entry point (group ``jupyter_client.kernel_provisioners``)."""


class SandboxProvisioner(KernelProvisionerBase):
    """Forks a kernel in a `KernelSlot`, which is passed to ``start_kernel(slot=...)``."""

    slot: KernelSlot | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the sockets and write the connection file."""
        self.slot = kwargs.pop("slot", None)
        if self.slot is None:
            raise CourseError(
                f"the provisioner {NAME} was asked to start a kernel outside of the grader",
                why="its kernels are started by the grading engine only",
                where="start_kernel(slot=...)",
                remedy="choose another kernel; this one is for grading",
            )
        manager: Any = self.parent
        manager.write_connection_file()
        self.connection_info = manager.get_connection_info()
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel."""
        key = self.connection_info["key"]
        info = {**self.connection_info, "key": key.decode() if isinstance(key, bytes) else key}
        if self.slot is not None:
            self.slot.launch(info)
        return self.connection_info

    @property
    def has_process(self) -> bool:
        """Whether a kernel was launched and not killed since."""
        return self.slot is not None

    async def poll(self) -> int | None:
        """None while the kernel runs, else an exit status."""
        if self.slot is None:
            return 0
        try:
            return None if self.slot.termination() is None else 1
        except (OSError, ServerLostError):
            return 1

    async def wait(self) -> int | None:
        """Return at once: `ForkServer.notebook` ends and reaps the kernel."""
        return await self.poll()

    async def send_signal(self, signum: int) -> None:
        """Send the kernel a signal; 0 is ignored."""
        if self.slot is not None and signum:
            with contextlib.suppress(OSError, ServerLostError):
                self.slot.signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """Release the kernel; `ForkServer.notebook` kills it with all of its processes."""
        self.slot = None

    async def terminate(self, restart: bool = False) -> None:
        """As `kill`."""
        self.slot = None

    async def cleanup(self, restart: bool = False) -> None:
        """Do nothing: the provisioner has no resources of its own."""


class _Specs(KernelSpecManager):
    """Provides a single kernel: the forked one."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=["forked"],
            display_name="Python 3 in a sandbox",
            language="python",
            interrupt_mode="signal",
            metadata={"kernel_provisioner": {"provisioner_name": NAME}},
        )


class SandboxKernelManager(AsyncKernelManager):
    """Manages a kernel with unix sockets, and opens none of them itself."""

    def client(self, **kwargs: Any) -> SandboxClient:  # type: ignore[override]
        """Return a client that is not connected yet; see `SandboxClient.connect`."""
        info: Any = self.get_connection_info(session=True)
        return SandboxClient(**info, parent=self, **kwargs)

    def _connect_control_socket(self) -> None:
        """Do nothing: it is not used, and what the kernel sends there would fill our memory."""


def kernel_manager(slot: KernelSlot) -> SandboxKernelManager:
    """A manager for a kernel in a slot; start it with ``start_kernel(slot=slot)``."""
    return SandboxKernelManager(
        kernel_name="python3",
        kernel_spec_manager=_Specs(),
        transport="ipc",
        ip=str(slot.sockets / "k"),
        # In a folder that is removed with the notebook, even if the grader is killed.
        connection_file=str(slot.sockets / "connection.json"),
    )
