import os
from pathlib import Path

import pytest

from proctor.sandbox.inside.challenge_files import ExchangeFolder

pytestmark = pytest.mark.sandbox


@pytest.fixture
def exchange(tmp_path):
    opened = ExchangeFolder(tmp_path)
    opened.folder = tmp_path
    yield opened
    opened.close()


def test_a_question_goes_in_and_an_answer_comes_out(exchange):
    exchange.put("x", b"question")
    assert (exchange.folder / "x.challenge.npz").read_bytes() == b"question"
    assert exchange.get("x", 100) is None
    (exchange.folder / "x.answer.npz").write_bytes(b"answer")
    assert exchange.get("x", 100) == b"answer"
    assert exchange.get("x", 6) == b"answer"


def test_an_answer_from_before_the_question_is_taken_away(exchange):
    answer = exchange.folder / "x.answer.npz"
    answer.write_bytes(b"early")
    exchange.put("x", b"")
    assert exchange.get("x", 100) is None
    answer.symlink_to("/etc/passwd")
    exchange.put("x", b"")
    assert exchange.get("x", 100) is None
    assert Path("/etc/passwd").exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.symlink_to(path.parent / "elsewhere"),
        lambda path: os.mkfifo(path),
        lambda path: path.mkdir(),
        lambda path: path.write_bytes(bytes(101)),
        lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 1 << 40),
    ],
    ids=["link", "fifo", "folder", "large", "sparse"],
)
def test_what_is_no_small_plain_file_is_refused_without_waiting(exchange, make):
    (exchange.folder / "elsewhere").write_bytes(b"mine")
    make(exchange.folder / "x.answer.npz")
    with pytest.raises(OSError, match=r"."):
        exchange.get("x", 100)


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, os.mkfifo, Path.touch, lambda path: path.symlink_to(path.parent / "elsewhere")],
    ids=["folder", "fifo", "file", "link"],
)
@pytest.mark.parametrize("kind", ["challenge", "answer"])
def test_nothing_that_lies_in_the_way_stops_a_question(exchange, kind, make):
    (exchange.folder / "elsewhere").write_text("mine")
    make(exchange.folder / f"x.{kind}.npz")
    exchange.put("x", b"question")
    assert (exchange.folder / "x.challenge.npz").read_bytes() == b"question"
    assert exchange.get("x", 100) is None
    assert (exchange.folder / "elsewhere").read_text() == "mine"


def test_a_folder_that_is_gone_is_said(exchange):
    exchange.folder.rmdir()
    with pytest.raises(OSError, match="No such file"):
        exchange.put("x", b"")


def test_what_takes_the_folders_place_is_not_written_into(exchange, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "x.answer.npz").write_bytes(b"theirs")
    moved = exchange.folder.with_name("moved")
    exchange.folder.rename(moved)
    exchange.folder.symlink_to(other)
    exchange.put("x", b"question")
    assert exchange.get("x", 100) is None
    assert [path.name for path in other.iterdir()] == ["x.answer.npz"]
    assert (moved / "x.challenge.npz").read_bytes() == b"question"


def test_an_answer_that_has_another_name_elsewhere_is_refused(exchange, tmp_path_factory):
    other = exchange.folder / "elsewhere"
    other.write_bytes(b"theirs")
    (exchange.folder / "x.answer.npz").hardlink_to(other)
    with pytest.raises(OSError, match="several names"):
        exchange.get("x", 100)
