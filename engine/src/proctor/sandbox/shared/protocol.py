"""Messages between the grader and the fork server: a JSON object, then a blob."""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_HEAD = struct.Struct(">IQ")
"""Bytes of the JSON, bytes of the blob."""

MAX_JSON = 1024 * 1024
"""Maximum size of a message's JSON in bytes."""

ANY = 2**64
"""Maximum size of a blob from a trusted sender, in effect no limit."""


LINK = 200
"""Number of the first descriptor that a process inherits; it leads to another one."""


class WireError(OSError):
    """The other side sent an invalid message, or a larger one than expected."""


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
    """Send a complete message.

    Raises:
        OSError: The other side is gone, or too slow for the connection's timeout.
    """
    text = json.dumps(message.data).encode()
    connection.sendall(_HEAD.pack(len(text), len(message.blob)) + text)
    if message.blob:
        connection.sendall(message.blob)


def send_descriptors(connection: socket.socket, descriptors: Sequence[int]) -> None:
    """Send open descriptors, after the message that announces them."""
    if descriptors:
        socket.send_fds(connection, [b"\0"], list(descriptors))


def receive_descriptors(connection: socket.socket, count: int) -> list[int]:
    """Receive as many descriptors as a message has announced.

    Raises:
        WireError: Another number came.
    """
    if not count:
        return []
    _, descriptors, _, _ = socket.recv_fds(connection, 1, count)
    if len(descriptors) != count:
        for descriptor in descriptors:
            os.close(descriptor)
        raise WireError(f"{count} descriptors were announced and {len(descriptors)} sent")
    return descriptors


def receive(connection: socket.socket, *, blob_bytes: int = 0) -> Message:
    """Wait for a message.

    A fork server shares its sandbox with student code, so the sizes that it states are not trusted.

    Args:
        connection: Connection to read from.
        blob_bytes: Maximum size of the blob; that of the JSON is `MAX_JSON`.

    Raises:
        EOFError: The other side closed the connection.
        WireError: The message is larger, or does not contain a JSON object.
        OSError: The other side was too slow for the connection's timeout.
    """
    text, blob = _HEAD.unpack(_exactly(connection, _HEAD.size))
    if text > MAX_JSON or blob > blob_bytes:
        raise WireError(f"a message of {text:,} and {blob:,} bytes exceeds the limit")
    return Message(_object(_exactly(connection, text)), _exactly(connection, blob))


def _object(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WireError("a message that is not JSON") from error
    if not isinstance(found, dict):
        raise WireError("a message whose JSON is not an object")
    return found


def _exactly(connection: socket.socket, count: int) -> bytes:
    buffer = bytearray(count)
    view = memoryview(buffer)
    while view:
        received = connection.recv_into(view)
        if not received:
            raise EOFError("the connection was closed")
        view = view[received:]
    return bytes(buffer)
