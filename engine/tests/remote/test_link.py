"""Messages of one turn arrive whole, whatever interrupts the two sides."""

from __future__ import annotations

import socket
import threading

import pytest

from proctor.remote.link import LinkError, Message, SocketLink


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield SocketLink(ours), SocketLink(theirs)


def test_messages_of_another_turn_are_dropped(ends):
    here, there = ends
    here.send(Message({"op": "end"}))
    here.turn = there.turn = 1
    here.send(Message({"op": "get"}, [b"abc"]))
    found = there.receive()
    assert found.data["op"] == "get"
    assert list(found.buffers) == [b"abc"]


class Connection:
    """Interrupts the sender once, before anybody reads."""

    def __init__(self, link, listen):
        self._link, self._own = link, link._connection
        self.thread = threading.Thread(target=listen)

    def sendall(self, data):
        if not self.thread.is_alive():
            self._link.interrupt()
            self.thread.start()
        self._own.sendall(data)


def test_an_interrupt_waits_until_a_message_is_whole(ends):
    here, there = ends
    message = Message({"op": "a"}, [b"x" * 10_000_000])
    heard = []
    here._connection = connection = Connection(here, lambda: heard.append(there.receive()))
    with pytest.raises(KeyboardInterrupt):
        here.send(message)
    connection.thread.join()
    assert heard[0].buffers == message.buffers
    # And then it is over.
    here._connection = connection._own
    here.send(Message({"op": "b"}))
    assert there.receive().data["op"] == "b"


def test_the_second_interrupt_does_not_wait_and_the_link_is_torn(ends):
    here, _ = ends

    class Stuck:
        def sendall(self, data):
            here.interrupt()
            here.interrupt()

    here._connection = Stuck()
    with pytest.raises(KeyboardInterrupt):
        here.send(Message({"op": "a"}))
    with pytest.raises(LinkError, match="in part"):
        here.send(Message({"op": "b"}))


def test_an_interrupt_comes_at_once_where_nothing_is_sent(ends):
    with pytest.raises(KeyboardInterrupt):
        ends[0].interrupt()
