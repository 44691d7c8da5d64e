import os
from pathlib import Path

import pytest

from proctor.submission.fingerprint import fingerprint, fingerprint_of


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
    seen = [fingerprint(tmp_path)]
    assert seen == [fingerprint(tmp_path / "absent")]
    os.mkfifo(tmp_path / "fifo")
    seen.append(fingerprint(tmp_path))
    for target in ("/dev/zero", "/dev/null", "/usr"):
        (tmp_path / "link").unlink(missing_ok=True)
        (tmp_path / "link").symlink_to(target)
        seen.append(fingerprint(tmp_path))
    assert len(set(seen)) == 5


def test_names_that_are_no_text_differ(tmp_path):
    seen = set()
    for name in (b"\xfe", b"\xff", b"?", "\ufffd".encode()):
        path = tmp_path / os.fsdecode(name)
        path.write_text("")
        seen.add(fingerprint(tmp_path))
        path.unlink()
    assert len(seen) == 4


def test_names_do_not_run_into_contents(tmp_path):
    content = fingerprint_of({"a": b"1"})
    for name in (f"a\n{content}", "a\nb", "a", "b"):
        (tmp_path / name).write_text("1")
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert fingerprint(tmp_path) == fingerprint_of(files)
    assert fingerprint_of({"a": b"12", "b": b""}) != fingerprint_of({"a": b"1", "b": b"2"})


def test_it_is_still_the_one_of_receipts_of_before(tmp_path):
    (tmp_path / "é").mkdir()
    (tmp_path / "é" / "a b").write_text("1")
    (tmp_path / "work.ipynb").write_text("{}")
    wanted = "cf3c72bfaea76b978870841cdda72ca48f2fb904fc7d9d2468bc80951ac7e61e"
    assert fingerprint(tmp_path) == wanted


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
