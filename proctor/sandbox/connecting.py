"""Start a kernel in a place and connect to it as soon as it can answer.

jupyter_client's own waiting is made for kernels of any kind and takes a fixed fifth of a second
after the kernel is ready; with a fork in a tenth of that, the waiting would be most of the start.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient

from proctor.sandbox.forkserver import ServerLostError
from proctor.sandbox.place import Place
from proctor.sandbox.provisioner import SandboxKernelManager, kernel_manager

_START_SECONDS = 60.0
_LOOK, _ECHO = 0.005, 0.2


async def start_kernel(place: Place) -> tuple[SandboxKernelManager, AsyncKernelClient]:
    """Fork a kernel and return its manager and a client that it answers.

    Raises:
        ServerLostError: The fork server is gone, or the kernel does not answer in time.
    """
    manager = kernel_manager(place)
    await manager.start_kernel(place=place)
    return manager, await connect(manager, place)


async def connect(manager: SandboxKernelManager, place: Place) -> AsyncKernelClient:
    """A client that the kernel answers.

    Raises:
        ServerLostError: As `start_kernel`.
    """
    end = time.monotonic() + _START_SECONDS
    await _sockets(manager, place, end)
    client = manager.client()
    try:
        client.start_channels()
        client.allow_stdin = False
        while not await _answers(client):
            _check(place, end)
    except BaseException:
        client.stop_channels()
        raise
    return client


async def replies(client: AsyncKernelClient, seconds: float) -> bool:
    """Whether the kernel answers a question within so many seconds."""
    request = client.kernel_info()
    return await _comes(client.shell_channel, request, "kernel_info_reply", seconds)


async def _sockets(manager: SandboxKernelManager, place: Place, end: float) -> None:
    # Connecting to a socket that is not there yet would be tried again only much later.
    ports = [value for name, value in manager.get_connection_info().items() if "_port" in name]
    paths = [Path(f"{manager.ip}-{port}") for port in ports]
    looks = 0
    while not all(path.exists() for path in paths):
        await asyncio.sleep(_LOOK)
        looks += 1
        if looks % 20 == 0:
            _check(place, end)


def _check(place: Place, end: float) -> None:
    ending = place.ending()
    if ending is not None:
        raise ServerLostError(f"the kernel did not start: {ending.reason}")
    if time.monotonic() > end:
        raise ServerLostError(f"the kernel did not answer within {_START_SECONDS:g} seconds")


async def _answers(client: AsyncKernelClient) -> bool:
    """Whether the kernel replies, and what it publishes reaches us."""
    request = client.kernel_info()
    replied = await _comes(client.shell_channel, request, "kernel_info_reply", _ECHO)
    return replied and await _comes(client.iopub_channel, request, "status", _ECHO)


async def _comes(channel: Any, request: str, kind: str, seconds: float) -> bool:
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
