"""A channel to a peer that is made up, and may send anything."""

import asyncio
import os
import socket
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty

import pytest
import zmq
from jupyter_client.session import Session

from proctor.kernel_client.channel import Channel, connect
from proctor.kernel_client.envelope import Desk, Published, Replies
from proctor.kernel_client.output_budget import Allowance
from proctor.kernel_client.zmtp import ProtocolError, greeting, message, ready

pytestmark = pytest.mark.sandbox

SESSION = Session(key=b"secret")


class Peer:
    """The kernel's end of a channel whose other end asked something."""

    def __init__(self, policy):
        ours, self.socket = socket.socketpair()
        ours.setblocking(False)
        self.desk = Desk(SESSION.sign, Allowance())
        self.channel = Channel(ours, SESSION, self.desk, policy)
        self.asked = SESSION.msg("execute_request", {"code": "x" * 10})

    def answer(self, kind, content):
        answer = SESSION.msg(kind, content, parent=self.asked)
        self.socket.sendall(message(SESSION.serialize(answer)))

    def hears(self, timeout=5.0):
        return asyncio.run(self.channel.get_msg(timeout))


@pytest.fixture
def peer():
    one = Peer(Published())
    one.desk.asked = one.asked["header"]["msg_id"]
    with one.socket:
        yield one
    one.channel.stop()


def test_what_is_asked_is_sent_and_the_answer_heard():
    peer = Peer(Replies())
    with peer.socket:
        peer.channel.send(peer.asked)
        sent = peer.socket.recv(10_000)
        assert b"execute_request" in sent
        peer.answer("execute_reply", {"status": "ok"})
        assert peer.hears()["content"] == {"status": "ok"}
    peer.channel.stop()


def test_silence_ends_with_the_timeout(peer):
    for seconds in (0, 0.05):
        with pytest.raises(Empty):
            peer.hears(seconds)


def test_a_wait_that_is_given_up_loses_nothing(peer):
    async def wait():
        waiting = asyncio.ensure_future(peer.channel.get_msg())
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait([waiting])
        return await peer.channel.get_msg(5)

    data = message(
        SESSION.serialize(SESSION.msg("status", {"execution_state": "idle"}, peer.asked))
    )
    peer.socket.sendall(data[:100])
    late = threading.Timer(0.2, peer.socket.sendall, [data[100:]])
    late.start()
    assert asyncio.run(wait())["msg_type"] == "status"
    late.join()


def test_a_flood_lets_others_have_their_turn_and_does_not_outlast_the_timeout(peer):
    def flood():
        nothing = message([b"x", b"y"]) * 1000
        with suppress(OSError):
            while True:
                peer.socket.sendall(nothing)

    async def count():
        turns = 0
        waiting = asyncio.ensure_future(peer.channel.get_msg(0.5))
        while not waiting.done():
            turns += 1
            await asyncio.sleep(0)
        with pytest.raises(Empty):
            waiting.result()
        return turns

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        started = time.monotonic()
        assert asyncio.run(count()) > 3
        assert time.monotonic() - started < 5
    finally:
        peer.channel.stop()
        thread.join()


@pytest.mark.parametrize("sent", [b"\xff" * 100, b"\x05\x00", b""])
def test_a_peer_that_hangs_up_or_talks_nonsense_is_not_listened_to_any_more(peer, sent):
    peer.answer("status", {"execution_state": "busy"})
    peer.socket.sendall(sent)
    peer.socket.shutdown(socket.SHUT_WR)
    assert peer.hears()["msg_type"] == "status"
    with pytest.raises(Empty):
        peer.hears(0.1)
    assert peer.channel.closed


def test_a_peer_that_does_not_read_keeps_nobody_waiting_and_gets_it_all_later():
    peer = Peer(Replies())
    large = SESSION.msg("execute_request", {"code": "x" * (4 << 20)})
    peer.channel.send(large)  # returns, though the peer has read nothing
    with pytest.raises(Empty):
        peer.hears(0.05)
    received = bytearray()

    def read():
        while len(received) < 4 << 20:
            received.extend(peer.socket.recv(1 << 20))

    thread = threading.Thread(target=read)
    thread.start()
    with pytest.raises(Empty):
        peer.hears(1)
    thread.join(5)
    assert len(received) > 4 << 20


def _listening(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()
    return server


async def _connected(path):
    return await asyncio.wait_for(connect(path, "SUB"), 5)


def test_nothing_listens_yet(tmp_path):
    assert asyncio.run(_connected(tmp_path / "k")) is None
    _listening(tmp_path / "k").close()
    assert asyncio.run(_connected(tmp_path / "k")) is None


def test_a_link_to_another_socket_is_not_followed(tmp_path):
    with _listening(tmp_path / "docker.sock") as server:
        (tmp_path / "k").symlink_to(tmp_path / "docker.sock")
        with pytest.raises(ProtocolError, match="something else"):
            asyncio.run(_connected(tmp_path / "k"))
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, Path.touch])
def test_what_is_no_socket_is_not_opened(tmp_path, make):
    make(tmp_path / "k")
    with pytest.raises(ProtocolError):
        asyncio.run(_connected(tmp_path / "k"))


@pytest.mark.parametrize(
    "said",
    [
        b"", b"\0" * 64, greeting()[:30], greeting() + b"\x09\x00",
        greeting() + b"\x06" + struct.pack(">Q", 2**63), greeting() + ready("PUB")[:10],
    ],
)  # fmt: skip
def test_who_does_not_introduce_himself_is_no_kernel(tmp_path, said):
    with _listening(tmp_path / "k") as server:

        def speak():
            connection, _ = server.accept()
            connection.sendall(said)
            connection.shutdown(socket.SHUT_WR)
            connection.close()

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(OSError, match=r"socket|reset|pipe|frame"):
            asyncio.run(_connected(tmp_path / "k"))
        thread.join()


def test_zeromq_itself_is_understood(tmp_path):
    with zmq.Context() as context, context.socket(zmq.XPUB) as publisher:
        publisher.linger = 0
        publisher.bind(f"ipc://{tmp_path / 'k'}")
        connection = asyncio.run(_connected(tmp_path / "k"))
        assert publisher.poll(5000)
        assert publisher.recv() == b"\x01"
        desk = Desk(SESSION.sign, Allowance())
        asked = SESSION.msg("execute_request")
        desk.asked = asked["header"]["msg_id"]
        channel = Channel(connection, SESSION, desk, Published())
        for size in (0, 1, 300, 10**6):
            content = {"name": "stdout", "text": "x" * size}
            publisher.send_multipart(SESSION.serialize(SESSION.msg("stream", content, asked)))
            assert asyncio.run(channel.get_msg(5))["content"] == content
        channel.stop()
