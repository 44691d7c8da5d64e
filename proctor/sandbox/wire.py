"""Messages between the grader and the fork server: a JSON object, then bytes."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_HEAD = struct.Struct(">IQ")
"""Bytes of the JSON, bytes of the rest."""


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes:
        data: A JSON object.
        blob: Any bytes.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    blob: bytes = b""


def send(connection: socket.socket, message: Message) -> None:
    """Send a message whole.

    Raises:
        OSError: The other side is gone, or too slow for the connection's timeout.
    """
    text = json.dumps(message.data).encode()
    connection.sendall(_HEAD.pack(len(text), len(message.blob)) + text)
    if message.blob:
        connection.sendall(message.blob)


def receive(connection: socket.socket) -> Message:
    """Wait for a message.

    Raises:
        EOFError: The other side closed the connection.
        OSError: It was too slow for the connection's timeout.
    """
    text, blob = _HEAD.unpack(_exactly(connection, _HEAD.size))
    return Message(json.loads(_exactly(connection, text)), _exactly(connection, blob))


def _exactly(connection: socket.socket, count: int) -> bytes:
    buffer = bytearray(count)
    view = memoryview(buffer)
    while view:
        received = connection.recv_into(view)
        if not received:
            raise EOFError("the connection was closed")
        view = view[received:]
    return bytes(buffer)
