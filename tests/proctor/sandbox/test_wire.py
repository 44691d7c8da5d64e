import socket

import pytest

from proctor.sandbox.wire import Message, receive, send


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
    assert receive(pair[1]) == message


def test_messages_keep_their_borders(pair):
    send(pair[0], Message({"a": 1}, b"one"))
    send(pair[0], Message({"a": 2}))
    assert [receive(pair[1]).data["a"] for _ in range(2)] == [1, 2]


def test_a_closed_connection_is_said(pair):
    pair[0].send(b"\x00\x00")
    pair[0].close()
    with pytest.raises(EOFError):
        receive(pair[1])


def test_silence_ends_with_the_timeout(pair):
    pair[1].settimeout(0.05)
    with pytest.raises(TimeoutError):
        receive(pair[1])
