"""The slot of a fork server that one notebook runs in, as the grader sees it."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from proctor.sandbox.host.cgroups import ControlGroup
from proctor.sandbox.linux.processes import outside
from proctor.sandbox.shared.kernel_program import KernelProgram
from proctor.sandbox.shared.limits import ResourceLimits, Termination, out_of_memory
from proctor.sandbox.shared.protocol import Message

_ENDING_SECONDS, _POLL_SECONDS = 2.0, 0.05


class SlotServer(Protocol):
    """The fork server that a slot belongs to; see `ForkServer`."""

    @property
    def process(self) -> int:
        """PID of a process outside from which its kernels descend."""

    def request(
        self, do: str, blob: bytes = b"", *, descriptors: Sequence[int] = (), **data: Any
    ) -> Message:
        """Send a request and wait for the reply."""


class KernelSlot:
    """A slot for one notebook, which has one kernel.

    Attributes:
        sockets: The folder of its kernel's sockets, as seen from outside.
        link: A socket that its kernel inherits, if there is one; set before it is launched.
        program: The kernel, if it is a program of its own and no fork; set before it is launched.
    """

    link: int | None = None
    program: KernelProgram | None = None

    def __init__(
        self,
        server: SlotServer,
        sockets: Path,
        group: ControlGroup | None,
        limits: ResourceLimits,
    ) -> None:
        self.sockets = sockets
        self._server = server
        self._group = group
        self._limits = limits

    def launch(self, connection: Mapping[str, Any]) -> None:
        """Start the kernel.

        Args:
            connection: Jupyter's connection information; its ``ip`` is replaced.

        Raises:
            OSError: The kernel could not be started, or not be moved into its control group.
        """
        inherited = [] if self.link is None else [self.link]
        program = None if self.program is None else self.program.to_json()
        self._launch(inherited, connection=dict(connection), program=program)

    def launch_module(self, module: str, descriptors: Sequence[int]) -> None:
        """Fork a process that is no kernel, but calls a function of a module.

        Args:
            module: Name of a preloaded module with a function ``serve``, which gets the numbers of
                the descriptors there.
            descriptors: Open descriptors that the process inherits.

        Raises:
            OSError: See `launch`.
        """
        self._launch(descriptors, module=module)

    def _launch(self, descriptors: Sequence[int], **what: Any) -> None:
        launched = self._server.request(
            "launch", descriptors=descriptors, sockets=self.sockets.name, **what
        )
        process = launched.data["process"]
        if self._group is not None:
            self._group.add(outside(self._server.process, process))
        self._server.request("start")

    def signal(self, number: int) -> None:
        """Send the kernel a signal."""
        self._server.request("signal", signal=number)

    def interrupt(self) -> None:
        """Interrupt the kernel, as Jupyter does."""
        self.signal(signal.SIGINT)

    def termination(self) -> Termination | None:
        """Why the kernel ended, or None while it runs."""
        if self._group is not None and self._group.out_of_memory():
            self._server.request("end", reason=out_of_memory(self._limits))
        ended = self._server.request("poll").data["ended"]
        return None if ended is None else Termination(**ended)

    def final_termination(self, otherwise: str) -> Termination:
        """Why the kernel ended, whose connections may close before that is known.

        Args:
            otherwise: The reason if none becomes known.
        """
        end = time.monotonic() + _ENDING_SECONDS
        while (found := self.termination()) is None and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)
        return found or Termination(otherwise)

    def memory(self) -> int:
        """Peak memory in bytes since the last call; see `Monitor.take_peak`."""
        return int(self._server.request("memory").data["bytes"])
