"""Folders that somebody made in order to keep us busy."""

import os
import socket
import time
from pathlib import Path

import pytest

from proctor.errors import SubmissionError
from proctor.submission.fingerprint import fingerprint
from proctor.submission.survey import MAX_BYTES, MAX_DEPTH, MAX_ENTRIES, survey


def sparse(path, size):
    with path.open("wb") as file:
        file.truncate(size)


def test_it_is_in_the_order_in_which_folders_are_walked(tmp_path):
    for name in ("b/c/x", "b/a", "a/z", "z", "b.txt", "a.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x" * 7)
    walked = []
    for folder, folders, files in os.walk(tmp_path):
        folders.sort()
        walked += [Path(folder, name).relative_to(tmp_path) for name in sorted(files)]
    found = survey(tmp_path)
    assert [entry.inside for entry in found] == walked
    assert {entry.size for entry in found} == {7}


def test_what_is_no_file_is_named_and_not_opened(tmp_path):
    os.mkfifo(tmp_path / "a-pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(tmp_path / "socket"))
    assert [(e.kind, e.is_plain) for e in survey(tmp_path)] == [
        ("a special file", False), ("a symbolic link", False), ("a special file", False),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["absent", "file", "link"])
def test_where_there_is_no_folder_there_is_nothing(tmp_path, name):
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("/usr")
    assert survey(tmp_path / name) == []


def one_large(folder):
    sparse(folder / "large", 2**40)


def several_large(folder):
    for number in range(4):
        sparse(folder / f"part{number}", MAX_BYTES // 3)


def many(folder):
    for number in range(MAX_ENTRIES + 1):
        (folder / f"{number}").touch()


def many_folders(folder):
    for number in range(101):
        for inner in range(101):
            (folder / f"{number}" / f"{inner}").mkdir(parents=True)


def deep(folder):
    folder.joinpath(*["x"] * (MAX_DEPTH + 1)).mkdir(parents=True)


def deeper_than_any_path(folder):
    """Too deep for a path to name what is in it."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("x" * 200, dir_fd=here)
        inner = os.open("x" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (one_large, "bytes"),
        (several_large, "bytes"),
        (many, "10,000 files and folders"),
        (many_folders, "10,000 files and folders"),
        (deep, "deeper than 32"),
        (deeper_than_any_path, "1,000 bytes"),
    ],
)
def test_what_is_too_large_is_refused_at_once(tmp_path, make, found):
    make(tmp_path)
    started = time.process_time()
    with pytest.raises(SubmissionError, match=found):
        survey(tmp_path)
    prints = {fingerprint(tmp_path), fingerprint(tmp_path)}
    assert time.process_time() - started < 5
    assert len(prints) == 1
    assert prints.isdisjoint({fingerprint(tmp_path / "absent")})
