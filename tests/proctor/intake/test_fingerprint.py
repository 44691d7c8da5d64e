import os
from pathlib import Path

import pytest

from proctor.intake.fingerprint import fingerprint


def test_every_change_of_a_file_is_seen(tmp_path):
    (tmp_path / "a").write_text("1")
    seen = {fingerprint(tmp_path)}
    (tmp_path / "a").write_text("2")
    seen.add(fingerprint(tmp_path))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_text("2")
    seen.add(fingerprint(tmp_path))
    (tmp_path / "sub" / "a").rename(tmp_path / "sub" / "b")
    seen.add(fingerprint(tmp_path))
    assert len(seen) == 4


def test_the_same_files_have_the_same_one(tmp_path):
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text("1")
    assert fingerprint(tmp_path / "x") == fingerprint(tmp_path / "y")


def test_what_is_no_plain_file_is_not_opened(tmp_path):
    empty = fingerprint(tmp_path)
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("/dev/zero")
    assert fingerprint(tmp_path) == empty == fingerprint(tmp_path / "absent")


def test_a_link_in_the_folders_place_is_not_followed(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "other")
    before = fingerprint(tmp_path / "link")
    (tmp_path / "other" / "file").write_text("x")
    assert fingerprint(tmp_path / "link") == before
    assert before != fingerprint(tmp_path / "nothing")


def test_what_can_not_be_read_counts_by_its_name(tmp_path):
    """A system's file that refuses to be read stands for one without the right to."""
    attributes = Path("/proc/self/attr")
    if not attributes.is_dir():
        pytest.skip("there is no /proc")
    assert len(fingerprint(attributes)) == 64
