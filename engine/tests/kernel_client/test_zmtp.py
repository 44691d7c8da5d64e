import random
import struct

import pytest

from proctor.kernel_client.zmtp import (
    Incoming,
    ProtocolError,
    check_greeting,
    greeting,
    message,
    ready,
)

pytestmark = pytest.mark.sandbox


class Keeper:
    """Keeps frames of at most so many bytes."""

    def __init__(self, most=1000):
        self.most = most
        self.frames = []

    def wants(self, size):
        return size <= self.most

    def takes(self, frame):
        self.frames.append(frame)

    def ends(self):
        frames, self.frames = self.frames, []
        return frames


def messages(data, pieces, most=1000):
    """All messages in bytes that come in pieces."""
    incoming, found = Incoming(Keeper(most)), []
    for piece in pieces(data):
        incoming.feed(memoryview(piece))
        while (one := incoming.next()) is not None:
            found.append(one)
    return found


def whole(data):
    return [data]


def byte_by_byte(data):
    return [data[i : i + 1] for i in range(len(data))]


def at_random(data):
    rng = random.Random(1)
    while data:
        count = rng.randint(1, 700)
        yield data[:count]
        data = data[count:]


SENT = [[b""], [b"a", b"", b"b" * 255], [b"c" * 256], [b"d" * 1000, b""], [b""] * 3]


@pytest.mark.parametrize("pieces", [whole, byte_by_byte, at_random])
def test_what_is_sent_is_received_however_it_is_cut(pieces):
    data = b"".join(map(message, SENT))
    assert messages(data, pieces) == SENT


@pytest.mark.parametrize("pieces", [whole, at_random])
def test_what_is_not_wanted_is_skipped_and_the_rest_is_understood(pieces):
    data = message([b"a", b"x" * 5000, b"b"]) + message([b"c"])
    assert messages(data, pieces) == [[b"a", None, b"b"], [b"c"]]


def test_commands_are_skipped_also_within_a_message():
    command = b"\x04\x05\x04PING"
    data = command + b"\x01\x01a" + command + b"\x00\x01b"
    assert messages(data, byte_by_byte) == [[b"a", b"b"]]


@pytest.mark.parametrize("head", [b"\x08\x00", b"\xff\xff", b"\x05\x00"])
def test_what_is_no_frame_is_said(head):
    with pytest.raises(ProtocolError):
        messages(head, whole)


def test_sizes_that_nobody_can_send_cost_nothing():
    data = b"\x02" + struct.pack(">Q", 2**64 - 1) + b"x" * 1000
    assert messages(data, at_random) == []


def test_a_greeting_is_accepted_and_anything_else_is_not():
    check_greeting(greeting())
    for wrong in (b"\0" * 64, b"HTTP/1.1 200 OK".ljust(64), greeting().replace(b"NULL", b"PLAI")):
        with pytest.raises(ProtocolError):
            check_greeting(wrong)


def test_a_socket_introduces_itself():
    assert ready("DEALER", b"me") == (
        b"\x04\x2b\x05READY\x0bSocket-Type\0\0\0\x06DEALER\x08Identity\0\0\0\x02me"
    )
