"""The grader's side of the fork server: start it, send it requests, end it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from proctor.sandbox.host.cgroups import ControlGroup, parents
from proctor.sandbox.host.kernel_slot import KernelSlot
from proctor.sandbox.host.server_handle import (
    ForkedServer,
    NoForkedServerError,
    ServerHandle,
    StandaloneServer,
)
from proctor.sandbox.linux.users import copy_owner
from proctor.sandbox.shared.limits import ResourceLimits
from proctor.sandbox.shared.protocol import Message, receive, send, send_descriptors
from proctor.sandbox.shared.server_config import Plan

_log = logging.getLogger(__name__)
_REPLY_SECONDS = 60.0
"""Timeout of a request, generous for a slow disk; a server that takes longer is given up."""


class ServerLostError(Exception):
    """The fork server ended or does not answer; the notebook has to be run again."""


class ForkServer:
    """A running fork server.

    Attributes:
        plan: How it was started.
        sandbox: Description of its notebooks' sandbox, for reports.
        reusable: Whether it may run several notebooks, one after the other.
    """

    def __init__(self, plan: Plan, zygote: Path | None = None) -> None:
        """Start it, and wait until its modules are imported.

        Args:
            plan: How it is started.
            zygote: Folder of a zygote to fork it from. If there is no zygote, or it has another
                plan, the server does its own imports.

        Raises:
            CourseError: Bubblewrap is missing or not permitted here, or a module that should be
                preloaded can't be imported.
        """
        self.plan = plan
        self._notebook_ids = count(1)
        self._handle = _start(plan, zygote)
        self._handle.connection.settimeout(_REPLY_SECONDS)
        sandbox = self._handle.description
        self.sandbox = f"{sandbox}; limits by control groups" if parents() else sandbox
        self.reusable = self._handle.reusable

    @property
    def process(self) -> int:
        """PID of a process outside of the sandbox from which all of its processes descend."""
        return self._handle.process

    @property
    def alive(self) -> bool:
        """Whether the server's process runs."""
        return self._handle.alive

    def request(
        self, do: str, blob: bytes = b"", *, descriptors: Sequence[int] = (), **data: Any
    ) -> Message:
        """Send a request and wait for the reply.

        Args:
            do: Name of the request.
            blob: Bytes that go with it.
            descriptors: Open descriptors that go with it.
            data: What else is said.

        Raises:
            OSError: The server could not fulfil it.
            ServerLostError: The server is gone, or does not answer.
        """
        connection = self._handle.connection
        try:
            send(connection, Message({"do": do, **data, "descriptors": len(descriptors)}, blob))
            send_descriptors(connection, descriptors)
            reply = receive(connection, blob_bytes=int(data.get("limit", 0)))
        except (OSError, EOFError) as error:
            self.close()
            raise ServerLostError(str(error)) from error
        if "error" in reply.data:
            raise OSError(reply.data["error"])
        return reply

    @contextmanager
    def notebook(
        self, files: bytes, limits: ResourceLimits, *, trusted: bool = False
    ) -> Iterator[KernelSlot]:
        """Lay out a notebook's folders, and clean up after it.

        Args:
            files: The submission's own files as a tar archive.
            limits: Resource limits of the notebook.
            trusted: Whether no student code runs in it. It then gets no control group: to move a
                process into one takes Linux some ten milliseconds, and the monitor's polling is
                enough. The assignment's files it can read, and not write.

        Raises:
            OSError: The files could not be laid out.
            ServerLostError: The server is gone.
        """
        sockets = self._handle.sockets / str(next(self._notebook_ids))
        sockets.parent.chmod(0o711)  # the previous notebook may have removed our access
        sockets.mkdir()
        copy_owner(sockets, sockets.parent)
        group = ControlGroup(parents(), limits) if parents() and not trusted else None
        try:
            self.request("lay_out", files, limits=asdict(limits), trusted=trusted)
            yield KernelSlot(self, sockets, group, limits)
        finally:
            self._clear()
            if group is not None:
                group.close()
            shutil.rmtree(sockets, ignore_errors=True)

    def _clear(self) -> None:
        try:
            reply: Mapping[str, Any] = self.request("clear").data if self.alive else {}
            clean = bool(reply.get("clean"))
            if reply.get("changed"):
                _log.warning("a notebook changed its fork server: %s", ", ".join(reply["changed"]))
        except (OSError, ServerLostError):
            clean = False
        if not (clean and self.reusable):
            self.close()

    def close(self) -> None:
        """End the server and everything in its sandbox; may be called again."""
        self._handle.close()


def _start(plan: Plan, zygote: Path | None) -> ServerHandle:
    if zygote is not None:
        with suppress(NoForkedServerError):
            return ForkedServer(plan, zygote)
    return StandaloneServer(plan)
