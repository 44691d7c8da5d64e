import io
import os
import tarfile
from pathlib import Path

import pytest

from engine.tests.trees import make_deep
from proctor.sandbox.inside import scratch
from proctor.sandbox.inside.scratch import PARTS, lay_out, wipe

pytestmark = pytest.mark.sandbox


def tar_of(**files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


@pytest.fixture
def given(tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()
    return folder


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def test_what_was_given_wins_over_what_was_handed_in(given, root):
    (given / "data").mkdir()
    (given / "data" / "t.csv").write_text("given")
    (given / "note").write_text("given")
    lay_out(root, given, tar_of(data__t__csv="x", data__mine="own", note="own", note2="own"))
    work = root / "work"
    assert {path.stat().st_mode & 0o777 for path in root.iterdir()} == {0o700}
    assert {path.name for path in root.iterdir()} == set(PARTS)
    assert (work / "data" / "mine").read_text() == "own"
    assert (work / "note").read_text() == "given"
    (work / "note").write_text("changed")
    assert (given / "note").read_text() == "given"


def test_files_and_folders_in_each_others_place(given, root):
    (given / "data").mkdir()
    (given / "data" / "t").write_text("given")
    (given / "plain").write_text("given")
    lay_out(root, given, tar_of(data="a file", plain__sub="a folder"))
    assert (root / "work" / "data" / "t").read_text() == "given"
    assert (root / "work" / "plain").read_text() == "given"


def test_what_is_too_large_to_copy_for_each_notebook_is_linked(given, root, monkeypatch):
    monkeypatch.setattr(scratch, "_COPIED", 10)
    (given / "a").write_text("small")
    (given / "b").write_text("larger than ten bytes")
    lay_out(root, given, tar_of())
    assert not (root / "work" / "a").is_symlink()
    assert (root / "work" / "b").is_symlink()
    assert (root / "work" / "b").read_text() == "larger than ten bytes"


def test_whatever_a_notebook_made_is_wiped(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "-rf").mkdir()
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "inner").write_text("x")
    locked.chmod(0)
    make_deep(tmp_path, 3000)  # deeper than Python's stack
    tmp_path.chmod(0)
    assert wipe(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert Path("/etc/passwd").exists()
