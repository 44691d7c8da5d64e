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

MAX_JSON = 1024 * 1024
"""Bytes of a message's JSON."""

ANY = 2**64
"""Bytes of a blob from somebody who may send as many as he likes."""


class WireError(OSError):
    """The other side sent what is no message, or a larger one than is waited for."""


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


def receive(connection: socket.socket, *, blob_bytes: int = 0) -> Message:
    """Wait for a message.

    A fork server shares its sandbox with students' code: sizes that it claims are not trusted.

    Args:
        connection: Where it comes from.
        blob_bytes: Bytes that it may have besides its JSON, of which there may be `MAX_JSON`.

    Raises:
        EOFError: The other side closed the connection.
        WireError: There are more bytes, or no JSON object among them.
        OSError: It was too slow for the connection's timeout.
    """
    text, blob = _HEAD.unpack(_exactly(connection, _HEAD.size))
    if text > MAX_JSON or blob > blob_bytes:
        raise WireError(f"a message of {text:,} and {blob:,} bytes where it is to be smaller")
    return Message(_object(_exactly(connection, text)), _exactly(connection, blob))


def _object(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WireError("a message without JSON") from error
    if not isinstance(found, dict):
        raise WireError("a message whose JSON is no object")
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
