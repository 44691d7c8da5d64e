"""One of Jupyter's channels to a kernel that may be hostile: a socket that is never read ahead.

It holds one piece of incoming data, and what the envelope keeps of one message. Unread data stays
in the kernel's own memory, which is limited.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import stat
import time
from pathlib import Path
from queue import Empty
from typing import Any, Protocol

from proctor.kernel_client.envelope import Desk, Envelope, Message, Policy
from proctor.kernel_client.zmtp import (
    GREETING_BYTES,
    MAX_READY,
    Incoming,
    ProtocolError,
    check_greeting,
    frame_head,
    greeting,
    message,
    ready,
)

_READ_BYTES = 64 * 1024
"""Maximum number of bytes per read."""

_FOREVER = 3600.0
_RETRY_ERRNOS = (errno.ENOENT, errno.ECONNREFUSED, errno.EAGAIN)


class Serializer(Protocol):
    """The part of jupyter_client's session that is used."""

    def serialize(self, msg: dict[str, Any]) -> list[bytes]:
        """The frames of a message."""


class Channel:
    """A channel, as jupyter_client's clients and nbclient use one.

    Attributes:
        closed: Whether the kernel closed it, or sent invalid data.
    """

    def __init__(
        self, connection: socket.socket, session: Serializer, desk: Desk, policy: Policy
    ) -> None:
        """Use a connection.

        Args:
            connection: From `connect`.
            session: Signs what is sent.
            desk: Shared by the channels of a kernel.
            policy: Which messages are accepted.
        """
        self._connection = connection
        self._session = session
        self._desk = desk
        self._incoming = Incoming(Envelope(desk, policy))
        self._buffer = bytearray(_READ_BYTES)
        self._outgoing = bytearray()
        self._open = True
        self.closed = False

    def is_alive(self) -> bool:
        """Whether this side has not closed it."""
        return self._open

    def stop(self) -> None:
        """Close it."""
        self._open = False
        self._connection.close()

    def send(self, msg: dict[str, Any]) -> None:
        """Send the kernel a request; replies to earlier requests are dropped from now on.

        Data that can't be sent at once is sent while the reply is awaited.
        """
        self._desk.asked = msg["header"]["msg_id"]
        self._outgoing += message(self._session.serialize(msg))
        self._write()

    async def get_msg(self, timeout: float | None = None) -> Message:
        """Wait for the next message.

        Args:
            timeout: Seconds; None: forever.

        Raises:
            Empty: There was none in that time.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            # A kernel that sends without end must not starve other tasks.
            await asyncio.sleep(0)
            found = self._next()
            if found is not None:
                return found
            if end is not None and time.monotonic() > end:
                raise Empty
            if not self._read():
                await self._wait(None if end is None else max(0.0, end - time.monotonic()))

    def _next(self) -> Message | None:
        try:
            return self._incoming.next()
        except ProtocolError:
            self._give_up()
            return None

    def _read(self) -> bool:
        """Read available data; False if there is none."""
        if self.closed or not self._open:
            return False
        try:
            count = self._connection.recv_into(self._buffer)
        except BlockingIOError:
            return False
        except OSError:
            count = 0
        if count == 0:
            self._give_up()
            return False
        self._incoming.feed(memoryview(self._buffer)[:count])
        return True

    def _write(self) -> None:
        try:
            while self._outgoing and not self.closed:
                del self._outgoing[: self._connection.send(self._outgoing)]
        except BlockingIOError:
            pass
        except OSError:
            self._give_up()

    def _give_up(self) -> None:
        self.closed = True
        self._incoming.feed(memoryview(b""))

    async def _wait(self, seconds: float | None) -> None:
        """Wait until data can be read, or pending data be sent."""
        if self.closed or not self._open:
            # No more data will arrive; callers notice by `closed`.
            await asyncio.sleep(_FOREVER if seconds is None else seconds)
            return
        loop = asyncio.get_running_loop()
        woken = loop.create_future()
        handle = self._connection.fileno()
        loop.add_reader(handle, _wake, woken)
        if self._outgoing:
            loop.add_writer(handle, _wake, woken)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await woken
        finally:
            loop.remove_reader(handle)
            loop.remove_writer(handle)
        self._write()


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)


async def connect(path: Path, socket_type: str, identity: bytes = b"") -> socket.socket | None:
    """Connect to one of the kernel's sockets.

    Args:
        path: The socket's file, in a folder to which the kernel can write.
        socket_type: ZeroMQ's type of this side's socket.
        identity: This side's name, to which the kernel addresses replies.

    Returns:
        The connection; None while nothing listens there.

    Raises:
        ProtocolError: It is not a socket that speaks ZMTP.
        OSError: It can't be connected to.
    """
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.setblocking(False)
        _connect(connection, path)
        await _handshake(connection, socket_type, identity)
    except OSError as error:
        connection.close()
        if error.errno in _RETRY_ERRNOS:
            return None
        raise
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(connection: socket.socket, path: Path) -> None:
    if not hasattr(os, "O_PATH"):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise ProtocolError("something else is where the kernel's socket should be")
        connection.connect(str(path))
        return
    # The file may be replaced by a link to a socket of the grader's; with a descriptor, the file
    # that is checked is the one that is connected to.
    handle = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not stat.S_ISSOCK(os.fstat(handle).st_mode):
            raise ProtocolError("something else is where the kernel's socket should be")
        connection.connect(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)


async def _handshake(connection: socket.socket, socket_type: str, identity: bytes) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, greeting() + ready(socket_type, identity))
    check_greeting(await _exactly(connection, GREETING_BYTES))
    head = b""
    while (found := frame_head(head)) is None:
        head += await _exactly(connection, 1)
    _, size = found
    if size > MAX_READY:
        raise ProtocolError("the handshake of the kernel's socket is too long")
    await _exactly(connection, size)
    if socket_type == "SUB":
        await loop.sock_sendall(connection, message([b"\x01"]))


async def _exactly(connection: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        piece = await asyncio.get_running_loop().sock_recv(connection, count - len(received))
        if not piece:
            raise ProtocolError("the kernel closed its socket")
        received += piece
    return received
