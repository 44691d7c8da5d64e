import socket
import struct

import pytest

from proctor.sandbox.shared.protocol import MAX_JSON, Message, WireError, receive, send

pytestmark = pytest.mark.sandbox


@pytest.fixture
def pair():
    one, other = socket.socketpair()
    one.settimeout(5)
    other.settimeout(5)
    with one, other:
        yield one, other


@pytest.mark.parametrize(
    "message", [Message(), Message({"do": "put", "n": [1, None]}, b"\x00\xff" * 1000)]
)
def test_what_is_sent_is_received(pair, message):
    send(pair[0], message)
    assert receive(pair[1], blob_bytes=2000) == message


def test_messages_keep_their_borders(pair):
    send(pair[0], Message({"a": 1}, b"one"))
    send(pair[0], Message({"a": 2}))
    assert [receive(pair[1], blob_bytes=3).data["a"] for _ in range(2)] == [1, 2]


def test_a_closed_connection_is_said(pair):
    pair[0].send(b"\x00\x00")
    pair[0].close()
    with pytest.raises(EOFError):
        receive(pair[1])


def test_silence_ends_with_the_timeout(pair):
    pair[1].settimeout(0.05)
    with pytest.raises(TimeoutError):
        receive(pair[1])


@pytest.mark.parametrize(
    ("text", "blob"), [(MAX_JSON + 1, 0), (2, 101), (2**32 - 1, 2**64 - 1), (0, 2**63)]
)
def test_sizes_are_refused_before_anything_is_stored(pair, text, blob):
    pair[0].send(struct.pack(">IQ", text, blob))
    with pytest.raises(WireError):
        receive(pair[1], blob_bytes=100)


@pytest.mark.parametrize("text", [b"", b"[]", b"7", b"\xff", b"{", b"[" * 100_000, b"1" * 10_000])
def test_what_is_no_json_object_is_no_message(pair, text):
    pair[0].sendall(struct.pack(">IQ", len(text), 0) + text)
    with pytest.raises(WireError):
        receive(pair[1])
