"""Start a kernel in a place and connect to it as soon as it can answer.

jupyter_client's own waiting is made for kernels of any kind and takes a fixed fifth of a second
after the kernel is ready; with a fork in a tenth of that, the waiting would be most of the start.
"""

from __future__ import annotations

import asyncio
import time
from queue import Empty

from proctor.kernel_client.channel import Channel
from proctor.kernel_client.client import SandboxClient
from proctor.kernel_client.output_budget import Allowance
from proctor.sandbox.host.forkserver import ServerLostError
from proctor.sandbox.host.kernel_slot import KernelSlot
from proctor.sandbox.host.provisioner import SandboxKernelManager, kernel_manager

_START_SECONDS = 60.0
_HANDSHAKE_SECONDS = 10.0
_LOOK, _ECHO = 0.005, 0.2


async def start_kernel(
    place: KernelSlot, allowance: Allowance
) -> tuple[SandboxKernelManager, SandboxClient]:
    """Fork a kernel and return its manager and a client that it answers.

    Args:
        place: Where it runs.
        allowance: Counts what it sends.

    Raises:
        ServerLostError: The fork server is gone, or the kernel does not answer in time.
    """
    manager = kernel_manager(place)
    await manager.start_kernel(place=place)
    return manager, await connect(manager, place, allowance)


async def connect(
    manager: SandboxKernelManager, place: KernelSlot, allowance: Allowance
) -> SandboxClient:
    """A client that the kernel answers.

    Raises:
        ServerLostError: As `start_kernel`.
    """
    end = time.monotonic() + _START_SECONDS
    client = manager.client()
    try:
        while not await _connected(client, allowance):
            await asyncio.sleep(_LOOK)
            _check(place, end)
        while not await _answers(client):
            _check(place, end)
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
    """Whether the kernel answers a question within so many seconds."""
    request = client.kernel_info()
    # It may have to get rid of what it wants to show before it can answer.
    reading = asyncio.ensure_future(_read_away(client.iopub_channel))
    try:
        return await _comes(client.shell_channel, request, "kernel_info_reply", seconds)
    finally:
        reading.cancel()
        await asyncio.wait([reading])


async def _read_away(channel: Channel) -> None:
    while True:
        await channel.get_msg()


def _check(place: KernelSlot, end: float) -> None:
    ending = place.ending()
    if ending is not None:
        raise ServerLostError(f"the kernel did not start: {ending.reason}")
    if time.monotonic() > end:
        raise ServerLostError(f"the kernel did not answer within {_START_SECONDS:g} seconds")


async def _answers(client: SandboxClient) -> bool:
    """Whether the kernel replies, and what it publishes reaches us."""
    request = client.kernel_info()
    replied = await _comes(client.shell_channel, request, "kernel_info_reply", _ECHO)
    return replied and await _comes(client.iopub_channel, request, "status", _ECHO)


async def _comes(channel: Channel, request: str, kind: str, seconds: float) -> bool:
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
