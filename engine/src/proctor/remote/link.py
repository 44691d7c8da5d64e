"""Messages of the two sides over a socket: a JSON object and buffers, of limited size."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from proctor.untrusted_json import UntrustedJSONError, loads

_HEAD = struct.Struct(">II")
"""Bytes of the JSON, number of buffers; the length of each buffer follows."""

MAX_BYTES = 256 * 1024 * 1024
"""Maximum size of a message."""

_MAX_TEXT = 64 * 1024 * 1024
_MAX_BUFFERS = 10_000
_CHUNK = 1024 * 1024
_SMALL = 16 * 1024
_MAX_VALUES = 1_000_000


class LinkError(OSError):
    """The other side sent what is no message, or a larger one than may cross."""


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes:
        data: A JSON object.
        buffers: Bytes that the trees in it refer to by index.
    """

    data: Mapping[str, Any]
    buffers: Sequence[bytes | memoryview] = field(default=())


class Link(Protocol):
    """A connection to the other side."""

    def send(self, message: Message) -> None:
        """Send a message."""

    def receive(self) -> Message:
        """Wait for a message."""


class SocketLink:
    """A connection over a stream socket.

    It survives an interrupt: what was received of a message is kept for the next attempt, and a
    message is sent whole; see `interrupt`.

    Attributes:
        turn: Number of what both sides do now, the same on both. Messages of another turn are
            dropped: where one side was interrupted, they may still be under way.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.turn = 0
        self._connection = connection
        self._received = bytearray()
        self._sending = self._torn = self._interrupted = False

    def interrupt(self) -> None:
        """To be called by a signal's handler: raise KeyboardInterrupt.

        While a message is being sent this waits until it is whole, unless it is the second time.
        """
        if self._sending and not self._interrupted:
            self._interrupted = True
        else:
            raise KeyboardInterrupt

    def send(self, message: Message) -> None:
        """Send a message.

        Raises:
            OSError: The other side is gone, or an earlier message was sent in part.
        """
        text = json.dumps({**message.data, "turn": self.turn}).encode()
        lengths = [memoryview(buffer).nbytes for buffer in message.buffers]
        head = _HEAD.pack(len(text), len(lengths)) + struct.pack(f">{len(lengths)}I", *lengths)
        if self._torn:
            raise LinkError("a message was sent in part")
        self._sending = self._torn = True
        try:
            self._connection.sendall(head + text)
            for buffer in message.buffers:
                self._connection.sendall(buffer)
            self._torn = False
        finally:
            self._sending = False
        if self._interrupted:
            self._interrupted = False
            raise KeyboardInterrupt

    def receive(self) -> Message:
        """Wait for a message of this turn, which may come from hostile code.

        Raises:
            EOFError: The other side closed the connection.
            LinkError: What came is no message, or larger than `MAX_BYTES`.
        """
        while True:
            found = self._next()
            if found.data.get("turn") == self.turn:
                return found

    def _next(self) -> Message:
        self._wait_for(_HEAD.size)
        text, count = _HEAD.unpack_from(self._received)
        if text > _MAX_TEXT or count > _MAX_BUFFERS:
            raise LinkError(f"a message of more than {MAX_BYTES:,} bytes")
        start = _HEAD.size + 4 * count
        self._wait_for(start)
        lengths = struct.unpack_from(f">{count}I", self._received, _HEAD.size)
        if text + sum(lengths) > MAX_BYTES:
            raise LinkError(f"a message of more than {MAX_BYTES:,} bytes")
        self._wait_for(start + text + sum(lengths))
        parts = []
        for length in (text, *lengths):
            parts.append(bytes(memoryview(self._received)[start : start + length]))
            start += length
        del self._received[:start]
        return Message(parse(parts[0]), parts[1:])

    def _wait_for(self, count: int) -> None:
        while len(self._received) < count:
            # At least a whole small message at once: each call takes longer than most messages.
            missing = count - len(self._received)
            chunk = self._connection.recv(min(max(missing, _SMALL), _CHUNK))
            if not chunk:
                raise EOFError("the connection was closed")
            self._received += chunk

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def parse(text: bytes) -> Mapping[str, Any]:
    """Parse the JSON of a message.

    Raises:
        LinkError: It is no JSON object, or too large.
    """
    try:
        found = loads(text, max_values=_MAX_VALUES, constants=True)
    except UntrustedJSONError as error:
        raise LinkError(str(error)) from error
    if not isinstance(found, dict):
        raise LinkError("a message that is no object")
    return found
