import numpy as np
import pytest

from proctor.contract import Check, Illustration, Picture
from proctor.errors import PacketError, SubmissionError
from proctor.execution.challenges import Exchange, illustrate
from proctor.execution.session import KernelLost
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


PICTURE = Picture("Your map", "a map", b"\xff\xd8\xff")


class KernelSlot:
    """Exchange and session in one: answers, and writes down what was asked."""

    def __init__(self, answer):
        self.answer, self.ran = answer, []

    def pose(self, exercise, question):
        if isinstance(self.answer, SubmissionError):
            raise self.answer

    def run(self, source):
        self.ran.append(source)
        if isinstance(self.answer, KernelLost):
            raise self.answer

    def collect(self, exercise):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def draw(question, answer):
    if "map" not in answer.data:
        raise ValueError("no map")
    return [PICTURE]


DRAWN = Illustration(Packet, draw)


def pictures(answer, status="failed", illustration=DRAWN):
    slot = KernelSlot(answer)
    check = Check("double", "UNQ_C1", Packet, lambda *_: None, illustration)
    found = illustrate(check, status, exchange=slot, session=slot, ask="ask()")
    return list(found), slot.ran


def answered(**data):
    return Packet({"status": "answered", **data})


@pytest.mark.parametrize("status", ["passed", "partial", "failed"])
def test_what_answered_is_drawn(status):
    assert pictures(answered(map=1), status) == ([PICTURE], ["ask()"])


@pytest.mark.parametrize("status", ["error", "timeout", "missing"])
def test_what_gave_no_answer_is_not_asked_again(status):
    assert pictures(answered(map=1), status) == ([], [])


def test_a_check_without_an_illustration_costs_nothing():
    assert pictures(answered(map=1), illustration=None) == ([], [])


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Packet({"status": "raised"}),
        answered(),
        PacketError("r", why="f", where="w", remedy="m"),
        SubmissionError("r", why="f", where="w", remedy="m"),
    ],
)
def test_what_goes_wrong_gives_no_picture(answer):
    assert pictures(answer)[0] == []


def test_a_kernel_that_dies_is_told():
    with pytest.raises(KernelLost):
        pictures(KernelLost("dead", timed_out=False))
