"""Select a kernel's messages: a few kinds are accepted, and counted before they are parsed.

A message is a list of frames: addresses, a delimiter, a signature, then header, parent header,
metadata and content as JSON, then buffers.
https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, Protocol

from proctor.kernel_client.message_content import MalformedError, content_of
from proctor.kernel_client.output_budget import Allowance
from proctor.untrusted_json import UntrustedJSONError, loads

DELIMITER = b"<IDS|MSG>"

Message = dict[str, Any]

_MAX_ADDRESSES = 8
_MAX_HEADER = 16 * 1024
"""Maximum size of an address, a signature, a header or metadata in bytes."""
_HEADER_VALUES = 1_000
_REPLY_VALUES = 10_000
"""Maximum number of values in JSON; a traceback has one for each of its lines."""

_SIGNATURE, _HEADER, _PARENT, _METADATA, _CONTENT = range(5)

_SHOWING = (
    "stream",
    "display_data",
    "update_display_data",
    "execute_result",
    "error",
    "clear_output",
)
_FREE = ("execute_input", "iopub_welcome")
"""Kinds that every cell causes; they are not read, and do not count as output."""

_MAX_STATUS = 4 * 1024
_MAX_REPLY = 4 * 1024 * 1024
"""Maximum size of a reply in bytes; it repeats the message and traceback of an exception."""


class Desk:
    """State of a conversation: the last request, and how messages are signed.

    Attributes:
        asked: Id of the pending request; messages that belong to another one are dropped.
        allowance: Counts what comes in.
    """

    def __init__(self, sign: Callable[[list[bytes]], bytes], allowance: Allowance) -> None:
        """Start a conversation.

        Args:
            sign: Returns the signature of header, parent header, metadata and content.
            allowance: See above.
        """
        self.sign = sign
        self.allowance = allowance
        self.asked = ""


class Policy(Protocol):
    """Which messages a channel accepts."""

    def wants(self, kind: str, size: int, allowance: Allowance) -> bool:
        """Count the bytes of a message's content, and return whether to store it."""

    def instead(self, kind: str) -> Message | None:
        """Substitute for the content of a message that could not be read."""


class Published:
    """Accepts what a cell shows, and whether it has ended."""

    def wants(self, kind: str, size: int, allowance: Allowance) -> bool:
        """As `Policy.wants`."""
        if kind == "status":
            return size <= _MAX_STATUS
        if kind in _FREE:
            return False
        # Widget messages and unknown ones are counted, but have no use in grading.
        return allowance.admits(size) and kind in _SHOWING

    def instead(self, kind: str) -> Message | None:
        """Return None: the output is missing from the cell."""
        return None


class Replies:
    """Accepts replies, which report how a request ended."""

    def wants(self, kind: str, size: int, allowance: Allowance) -> bool:
        """As `Policy.wants`; only what `content_of` returns is kept of a reply."""
        return kind in ("execute_reply", "kernel_info_reply") and size <= _MAX_REPLY

    def instead(self, kind: str) -> Message | None:
        """Report an error: a cell has ended when its reply arrives, whatever it contains."""
        if kind != "execute_reply":
            return None
        return {"status": "error", "ename": "UnreadableReply", "evalue": "too large or missing"}


class Envelope:
    """Receives the frames of messages one by one; a `proctor.kernel_client.zmtp.Receiver`."""

    def __init__(self, desk: Desk, policy: Policy) -> None:
        self._desk = desk
        self._policy = policy
        self._next_message()

    def _next_message(self) -> None:
        self._addresses = 0
        self._parts: list[bytes | None] = []
        self._delimited = self._broken = False
        self._kind = ""

    def wants(self, size: int) -> bool:
        """As `Receiver.wants`."""
        if self._broken:
            return False
        if len(self._parts) == _CONTENT:
            return self._wants_content(size)
        if len(self._parts) > _CONTENT:
            self._count_buffer(size)
            return False
        self._broken = size > _MAX_HEADER or self._addresses > _MAX_ADDRESSES
        return not self._broken

    def takes(self, frame: bytes | None) -> None:
        """As `Receiver.takes`."""
        if self._broken or len(self._parts) > _CONTENT:
            return
        if self._delimited:
            self._parts.append(frame)
        elif frame == DELIMITER:
            self._delimited = True
        else:
            self._addresses += 1

    def ends(self) -> Message | None:
        """As `Receiver.ends`."""
        try:
            return self._message()
        finally:
            self._next_message()

    def _wants_content(self, size: int) -> bool:
        try:
            header, parent = _header(self._parts[_HEADER]), _header(self._parts[_PARENT])
        except MalformedError:
            self._broken = True
            return False
        if parent.get("msg_id") != self._desk.asked or not isinstance(header.get("msg_type"), str):
            return False
        self._kind = header["msg_type"]
        return self._policy.wants(self._kind, size, self._desk.allowance)

    def _count_buffer(self, size: int) -> None:
        if self._kind and self._kind not in _FREE:
            self._desk.allowance.admits(size)

    def _message(self) -> Message | None:
        if self._broken or len(self._parts) <= _CONTENT:
            self._desk.allowance.malformed += 1
            return None
        if not self._kind:
            return None
        content = self._content()
        if content is None:
            content = self._policy.instead(self._kind)
        if content is None:
            return None
        return {
            "header": {"msg_type": self._kind, "msg_id": ""},
            "msg_type": self._kind,
            "parent_header": {"msg_id": self._desk.asked},
            "metadata": {},
            "content": content,
            "buffers": [],
        }

    def _content(self) -> Message | None:
        raw = self._parts[_CONTENT]
        if raw is None:
            return None
        try:
            self._check_signature()
            # The end of a cell must be received even if the cell may show nothing more.
            shows = self._kind in _SHOWING
            limit = self._desk.allowance.max_values if shows else _REPLY_VALUES
            return content_of(self._kind, loads(_utf8(raw), max_values=limit))
        except (MalformedError, UntrustedJSONError):
            self._desk.allowance.malformed += 1
            return None

    def _check_signature(self) -> None:
        signature, *signed = (part or b"" for part in self._parts)
        if not hmac.compare_digest(signature, self._desk.sign(signed)):
            raise MalformedError("a wrong signature")


def _header(raw: bytes | None) -> dict[str, Any]:
    try:
        found = loads(_utf8(raw or b""), max_values=_HEADER_VALUES)
    except UntrustedJSONError as error:
        raise MalformedError(str(error)) from error
    if not isinstance(found, dict):
        raise MalformedError("a header that is no object")
    return found


def _utf8(raw: bytes) -> bytes:
    """Replace invalid UTF-8: Python writes file names that are not UTF-8 as raw bytes."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return raw.decode(errors="replace").encode()
    return raw
