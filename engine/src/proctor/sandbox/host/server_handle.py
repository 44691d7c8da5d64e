"""What a running fork server is to the grader, however it was started."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Protocol

END_SECONDS = 5.0
"""What a server is given to end by itself, once its connection is closed."""


class ServerHandle(Protocol):
    """A server that has greeted, with what surrounds it."""

    @property
    def connection(self) -> socket.socket:
        """To the server; it ends when this is closed."""

    @property
    def sockets(self) -> Path:
        """The folder of its kernels' sockets, as seen from outside."""

    @property
    def process(self) -> int:
        """Process id of a process outside, from which the server descends."""

    @property
    def reusable(self) -> bool:
        """Whether it is out of its kernels' reach, so that it can outlive them."""

    @property
    def words(self) -> str:
        """What its notebooks run in, for reports."""

    @property
    def alive(self) -> bool:
        """Whether it runs."""

    def close(self) -> None:
        """End it and everything in its sandbox; harmless if it has ended."""
