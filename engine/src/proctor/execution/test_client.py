"""The process that runs a notebook's tests, as the grader sees it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from proctor.execution.session import KernelLost, Limits, TimeLeft, retrieve
from proctor.remote.link import Message, SocketLink
from proctor.sandbox.host.kernel_slot import KernelSlot

_MODULE = "proctor.remote.test_process"
"""What runs there."""

_START_SECONDS = 60.0


@dataclass(frozen=True)
class Reply:
    """What came of a request.

    Attributes:
        data: What was told; empty if it was interrupted before it could tell anything.
        timed_out: Whether it was interrupted at its time limit.
    """

    data: Mapping[str, Any]
    timed_out: bool = False


class TestClient:
    """Sends requests to `proctor.remote.test_process.serve`."""

    __test__ = False

    def __init__(self, slot: KernelSlot, link: int, limits: Limits) -> None:
        """Start the process.

        Args:
            slot: Where it runs.
            link: Descriptor of the socket that leads to the notebook's kernel.
            limits: See `Limits`; the cell is a test or a check.

        Raises:
            OSError: It could not be forked.
            ServerLostError: The fork server was lost.
        """
        self._slot = slot
        self._limits = limits
        self._time = TimeLeft(limits, "the notebook's tests used up {} seconds")
        ours, theirs = socket.socketpair()
        self._socket, self._link = ours, SocketLink(ours)
        with theirs:
            slot.launch_module(_MODULE, [link, theirs.fileno()])

    def close(self) -> None:
        """Close the connection; the process then ends."""
        self._shut_down()
        self._socket.close()

    def _shut_down(self) -> None:
        """Wake the thread that waits for a reply, if there is one."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def begin(self, **arguments: Any) -> str:
        """Tell the process of the notebook.

        Args:
            arguments: Those of `proctor.remote.test_process.TestProcess`.

        Returns:
            Why it can't begin; the empty string if it can.

        Raises:
            KernelLost: The process was lost.
            ServerLostError: The fork server was lost.
        """
        self._socket.settimeout(_START_SECONDS)
        try:
            self._link.send(Message({"do": "begin", **arguments}))
            told = self._link.receive().data
        except TimeoutError:
            return f"it did not answer within {_START_SECONDS:g} seconds"
        except (EOFError, OSError):
            raise self._lost() from None
        self._socket.settimeout(None)
        return str(told.get("fault", ""))

    async def reply(self, request: Mapping[str, Any]) -> Reply:
        """Send a request, and wait for the reply.

        Raises:
            KernelLost: See `begin`.
            ServerLostError: See `begin`.
        """
        seconds = self._time.seconds()
        try:
            self._link.send(Message(request))
        except OSError:
            raise self._lost() from None
        told = asyncio.get_running_loop().run_in_executor(None, self._link.receive)
        told.add_done_callback(retrieve)
        try:
            if (found := await _within(told, seconds)) is not None:
                return Reply(found.data)
            self.interrupt()
            if (found := await _within(told, self._limits.interrupt_seconds)) is not None:
                return Reply(found.data, timed_out=True)
        except (EOFError, OSError):
            raise self._lost() from None
        self._shut_down()
        reason = "a test ran into its time limit and could not be interrupted"
        raise KernelLost(reason, timed_out=True)

    def interrupt(self) -> None:
        """Interrupt what the process does."""
        self._slot.interrupt()

    def _lost(self) -> KernelLost:
        """Why the process is gone."""
        reason = "the process that runs the tests closed its connection"
        ended = self._slot.final_termination(reason)
        return KernelLost(ended.reason, timed_out=ended.timed_out)


async def _within(told: asyncio.Future[Message], seconds: float | None) -> Message | None:
    """A message that comes within some seconds; None if none does."""
    done, _ = await asyncio.wait([told], timeout=seconds)
    return told.result() if done else None
