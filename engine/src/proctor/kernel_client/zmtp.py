"""ZeroMQ's wire protocol (ZMTP 3.0), read from a peer that may be hostile.

libzmq bounds what it receives by counting messages, but a message may have any number of frames,
and the frames of a message that never ends are all kept. A peer with its own implementation of the
protocol can thus fill the receiver's memory, whatever ``RCVHWM`` and ``MAXMSGSIZE`` are. Here the
receiver decides about every frame when its size is known, and unwanted frames are skipped without
being stored.

https://rfc.zeromq.org/spec/23/
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

MAX_READY = 1024
"""Maximum size in bytes of the command with which a peer introduces itself."""

GREETING_BYTES = 64
_SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
_GREETING = struct.Struct(">10sBB20sB31x")
_MECHANISM = b"NULL".ljust(20, b"\0")
_MORE, _LONG, _COMMAND = 1, 2, 4
_LENGTH = struct.Struct(">Q")
_SHORT_HEAD, _LONG_HEAD = 2, 9

M_co = TypeVar("M_co", covariant=True)


class ProtocolError(ConnectionError):
    """The peer does not speak ZMTP; nothing that follows can be parsed."""


class Receiver(Protocol[M_co]):
    """Decides which frames of a message are stored, and converts the message."""

    def wants(self, size: int) -> bool:
        """Whether to store the next frame, which has ``size`` bytes."""

    def takes(self, frame: bytes | None) -> None:
        """Receive a complete frame; None if it was not wanted."""

    def ends(self) -> M_co | None:
        """Finish the message, and return the result; None if there is none."""


def greeting() -> bytes:
    """The first bytes that a peer sends."""
    return _GREETING.pack(_SIGNATURE, 3, 0, _MECHANISM, 0)


def check_greeting(received: bytes) -> None:
    """Check the first bytes that the peer sent.

    Raises:
        ProtocolError: They are not the greeting of an unencrypted peer.
    """
    signature, major, _, mechanism, _ = _GREETING.unpack(received)
    if (signature[0], signature[9]) != (0xFF, 0x7F) or major < 3 or mechanism != _MECHANISM:
        raise ProtocolError("the kernel's socket does not speak ZMTP 3")


def ready(socket_type: str, identity: bytes = b"") -> bytes:
    """The command with which a socket introduces itself."""
    properties = ((b"Socket-Type", socket_type.encode()), (b"Identity", identity))
    body = b"\x05READY"
    for name, value in properties:
        body += bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
    return _frame(_COMMAND, body)


def message(frames: Sequence[bytes]) -> bytes:
    """Encode a message for sending."""
    last = len(frames) - 1
    return b"".join(_frame(_MORE if i < last else 0, frame) for i, frame in enumerate(frames))


def _frame(flags: int, body: bytes) -> bytes:
    if len(body) < 256:
        return bytes([flags, len(body)]) + body
    return bytes([flags | _LONG]) + _LENGTH.pack(len(body)) + body


def frame_head(head: bytes) -> tuple[int, int] | None:
    """Flags and size of a frame that begins with these bytes; None while some are missing.

    Raises:
        ProtocolError: No frame begins with these bytes.
    """
    if not head:
        return None
    flags = head[0]
    if flags > _MORE | _LONG | _COMMAND or (flags & _COMMAND and flags & _MORE):
        raise ProtocolError("the kernel sent something that is not a ZMTP frame")
    if not flags & _LONG:
        return None if len(head) < _SHORT_HEAD else (flags, head[1])
    if len(head) < _LONG_HEAD:
        return None
    (size,) = _LENGTH.unpack_from(head, 1)
    return flags, size


class Incoming(Generic[M_co]):
    """Splits bytes into messages, and stores only the frames that the receiver wants."""

    def __init__(self, receiver: Receiver[M_co]) -> None:
        self._receiver = receiver
        self._data = memoryview(b"")
        self._head = bytearray()
        self._flags = 0
        self._left = 0
        self._inside = False
        self._kept: bytearray | None = None

    def feed(self, data: memoryview) -> None:
        """Supply bytes, once all earlier ones are used up.

        Args:
            data: Used by `next` until that returns None, and not copied before.
        """
        self._data = data

    def next(self) -> M_co | None:
        """Return the next message, or None when more bytes are needed.

        Raises:
            ProtocolError: The bytes are not valid frames.
        """
        while self._data:
            if not self._inside and not self._begin():
                continue
            self._read()
            if self._left == 0:
                self._inside = False
                found = self._finish()
                if found is not None:
                    return found
        return None

    def _begin(self) -> bool:
        """Read a frame's head, and return whether it is complete."""
        count = 1
        if self._head:
            count = (_LONG_HEAD if self._head[0] & _LONG else _SHORT_HEAD) - len(self._head)
        self._head += self._data[:count]
        self._data = self._data[count:]
        found = frame_head(bytes(self._head))
        if found is None:
            return False
        self._flags, self._left = found
        self._head.clear()
        self._inside = True
        command = self._flags & _COMMAND
        self._kept = bytearray() if not command and self._receiver.wants(self._left) else None
        return True

    def _read(self) -> None:
        piece = self._data[: self._left]
        self._data = self._data[len(piece) :]
        self._left -= len(piece)
        if self._kept is not None:
            self._kept += piece

    def _finish(self) -> M_co | None:
        if self._flags & _COMMAND:
            return None
        kept, self._kept = self._kept, None
        self._receiver.takes(None if kept is None else bytes(kept))
        return None if self._flags & _MORE else self._receiver.ends()
