"""A client for a kernel that may be hostile: it opens two channels only.

Nobody reads what a kernel sends on stdin and control, which would only fill the grader's memory;
the heartbeat reports less than the fork server does.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient

from proctor.kernel_client.channel import Channel, connect
from proctor.kernel_client.envelope import Desk, Published, Replies
from proctor.kernel_client.output_budget import Allowance


class SandboxClient(AsyncKernelClient):
    """Sends requests to a kernel on ``shell``, and receives its output on ``iopub``."""

    shell: Channel | None = None
    iopub: Channel | None = None
    allow_stdin = False

    async def connect(self, allowance: Allowance) -> bool:
        """Open the channels.

        Args:
            allowance: Counts what comes in.

        Returns:
            Whether both are open; False while the kernel does not listen yet.

        Raises:
            OSError: The sockets are not those of a kernel.
        """
        session: Any = self.session
        desk = Desk(session.sign, allowance)
        shell = await self._opened("shell", "DEALER", session.bsession)
        if shell is None:
            return False
        self.shell = Channel(shell, session, desk, Replies())
        iopub = await self._opened("iopub", "SUB")
        if iopub is None:
            self.shell.stop()
            return False
        self.iopub = Channel(iopub, session, desk, Published())
        return True

    async def _opened(
        self, channel: str, socket_type: str, identity: bytes = b""
    ) -> socket.socket | None:
        for path in self._files(channel):
            opened = await connect(path, socket_type, identity)
            if opened is not None:
                return opened
        return None

    def _files(self, channel: str) -> Iterator[Path]:
        """Where a kernel may listen: some join address and port as for TCP, such as R's."""
        port = getattr(self, f"{channel}_port")
        return (Path(f"{self.ip}{between}{port}") for between in "-:")

    @property
    def shell_channel(self) -> Any:
        """The channel on which the kernel replies."""
        return self.shell

    @property
    def iopub_channel(self) -> Any:
        """The channel on which the kernel publishes output."""
        return self.iopub

    @property
    def _channels(self) -> list[Channel]:
        return [channel for channel in (self.shell, self.iopub) if channel is not None]

    @property
    def channels_running(self) -> bool:
        """Whether a channel is open."""
        return any(channel.is_alive() for channel in self._channels)

    def stop_channels(self) -> None:
        """Close the channels."""
        for channel in self._channels:
            channel.stop()

    async def is_alive(self) -> bool:
        """Whether the kernel runs, and is still connected."""
        return not any(c.closed for c in self._channels) and await self._async_is_alive()
