"""What libraries write while they load is held back, unless something goes wrong."""

import os

import pytest

from util.quiet import LEVEL, loading


def test_lines_are_held_back_and_later_ones_are_not(monkeypatch, capfd):
    monkeypatch.setenv(LEVEL, "3")
    with loading():
        os.write(2, b"a library's log\n")
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "afterwards\n"


def fails():
    os.write(2, b"why it failed\n")
    raise ImportError("no such library")


def test_a_failure_shows_what_was_written(monkeypatch, capfd):
    monkeypatch.setenv(LEVEL, "3")
    with pytest.raises(ImportError, match="no such library"), loading():
        fails()
    assert capfd.readouterr().err == "why it failed\n"


@pytest.mark.parametrize("level", ["0", None])
def test_one_who_asks_for_the_log_gets_it(level, monkeypatch, capfd):
    monkeypatch.delenv(LEVEL, raising=False)
    if level is not None:
        monkeypatch.setenv(LEVEL, level)
    with loading():
        os.write(2, b"a library's log\n")
    assert capfd.readouterr().err == "a library's log\n"


def test_no_file_is_left_open(monkeypatch, tmp_path):
    monkeypatch.setenv(LEVEL, "3")
    with loading():
        inside = os.dup(2)
        os.close(inside)
    after = os.dup(2)
    os.close(after)
    # The lowest free number is the same again once the two of the block are closed.
    assert after < inside
