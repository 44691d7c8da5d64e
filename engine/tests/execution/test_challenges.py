import numpy as np
import pytest

from proctor.errors import PacketError, SubmissionError
from proctor.execution.challenges import Exchange
from proctor.packet import Packet, encode


class Memory:
    """A post that keeps what it is given; its folder may be broken."""

    def __init__(self):
        self.put_there, self.answers, self.broken = {}, {}, False

    def put(self, exercise, blob):
        if self.broken:
            raise OSError("no such folder")
        self.put_there[exercise] = blob

    def get(self, exercise, limit):
        if self.broken:
            raise OSError("a link")
        return self.answers.get(exercise)


@pytest.fixture
def post():
    return Memory()


@pytest.fixture
def exchange(post):
    return Exchange(post, answer_bytes=10_000)


def test_a_challenge_goes_in_and_an_answer_comes_out(exchange, post):
    exchange.pose("x", Packet({"a": 1}))
    assert post.put_there["x"] == encode(Packet({"a": 1}))
    assert exchange.collect("x") is None
    post.answers["x"] = encode(Packet({"b": 2}))
    assert exchange.collect("x").data == {"b": 2}


@pytest.mark.parametrize("blob", [b"no packet", encode(Packet({}, {"x": np.zeros(5000)}))])
def test_what_is_no_packet_is_refused(exchange, post, blob):
    post.answers["x"] = blob
    with pytest.raises(PacketError):
        exchange.collect("x")


def test_a_broken_folder_is_the_submissions_doing(exchange, post):
    post.broken = True
    with pytest.raises(SubmissionError, match="can't be used"):
        exchange.pose("x", Packet())
    with pytest.raises(PacketError, match="a link"):
        exchange.collect("x")
