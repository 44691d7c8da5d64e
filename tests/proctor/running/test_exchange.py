import os
from pathlib import Path

import numpy as np
import pytest

from proctor.errors import PacketError, SubmissionError
from proctor.packet import Packet, encode
from proctor.running.exchange import Exchange


@pytest.fixture
def exchange(tmp_path):
    return Exchange(tmp_path, answer_bytes=10_000)


def test_a_challenge_goes_in_and_an_answer_comes_out(exchange):
    exchange.pose("x", Packet({"a": 1}))
    assert (exchange.folder / "x.challenge.npz").is_file()
    assert exchange.collect("x") is None
    (exchange.folder / "x.answer.npz").write_bytes(encode(Packet({"b": 2})))
    assert exchange.collect("x").data == {"b": 2}


def test_an_answer_from_before_the_question_is_taken_away(exchange):
    answer = exchange.folder / "x.answer.npz"
    answer.write_bytes(encode(Packet({"early": True})))
    exchange.pose("x", Packet())
    assert exchange.collect("x") is None
    answer.symlink_to("/etc/passwd")
    exchange.pose("x", Packet())
    assert exchange.collect("x") is None
    assert Path("/etc/passwd").exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.symlink_to(path.parent / "elsewhere"),
        lambda path: os.mkfifo(path),
        lambda path: path.mkdir(),
        lambda path: path.write_bytes(encode(Packet({}, {"x": np.zeros(5000)}))),
        lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 1 << 40),
        lambda path: path.write_text("no packet"),
    ],
    ids=["link", "fifo", "folder", "large", "sparse", "text"],
)
def test_what_is_no_plain_packet_is_refused_without_waiting(exchange, make):
    (exchange.folder / "elsewhere").write_bytes(encode(Packet({"score": 1})))
    make(exchange.folder / "x.answer.npz")
    with pytest.raises(PacketError):
        exchange.collect("x")


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, os.mkfifo, Path.touch, lambda path: path.symlink_to(path.parent / "elsewhere")],
    ids=["folder", "fifo", "file", "link"],
)
@pytest.mark.parametrize("kind", ["challenge", "answer"])
def test_nothing_that_lies_in_the_way_stops_a_question(exchange, kind, make):
    (exchange.folder / "elsewhere").write_text("mine")
    make(exchange.folder / f"x.{kind}.npz")
    exchange.pose("x", Packet({"a": 1}))
    blob = (exchange.folder / "x.challenge.npz").read_bytes()
    assert blob == encode(Packet({"a": 1}))
    assert exchange.collect("x") is None
    assert (exchange.folder / "elsewhere").read_text() == "mine"


def test_a_folder_that_is_gone_is_the_submissions_doing(exchange):
    exchange.folder.rmdir()
    with pytest.raises(SubmissionError, match="can't be used"):
        exchange.pose("x", Packet())
