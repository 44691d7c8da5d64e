import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest

from engine.tests.trees import make_deep
from proctor.sandbox.inside import scratch
from proctor.sandbox.inside.scratch import (
    PARTS,
    FolderUsage,
    UnreadableError,
    lay_out,
    used_bytes,
    wipe,
)

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


def test_the_students_version_of_a_file_counts_where_there_is_one(given, root):
    (given / "data").mkdir()
    for name in ("data/t.csv", "data/u.csv", "note"):
        (given / name).write_text("given")
    lay_out(root, given, tar_of(data__t__csv="x", data__mine="own", note="own", note2="own"))
    work = root / "work"
    assert {path.stat().st_mode & 0o777 for path in root.iterdir()} == {0o700}
    assert {path.name for path in root.iterdir()} == set(PARTS)
    assert (work / "data" / "mine").read_text() == "own"
    # What was collected from the submission has no file that it must not replace.
    assert (work / "note").read_text() == "own"
    (work / "data" / "u.csv").write_text("changed")
    assert (given / "data" / "u.csv").read_text() == "given"


def test_files_and_folders_in_each_others_place(given, root):
    (given / "data").mkdir()
    (given / "data" / "t").write_text("given")
    (given / "plain").write_text("given")
    lay_out(root, given, tar_of(data="a file", plain__sub="a folder"))
    assert (root / "work" / "data" / "t").read_text() == "given"
    assert (root / "work" / "plain").read_text() == "given"


def test_what_is_too_large_to_copy_for_each_notebook_is_linked(given, root, monkeypatch):
    monkeypatch.setattr(scratch, "_MAX_COPIED_BYTES", 10)
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


MIB = 1 << 20


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "_PAUSE_FACTOR", 0)
    return tmp_path


def near(found, expected):
    return expected <= found < expected + MIB // 4


def test_files_that_are_there_and_files_that_are_only_held(folder):
    usage = FolderUsage(folder, None)
    assert near(usage.bytes([os.getpid()]), 0)
    (folder / "file").write_bytes(bytes(MIB))
    (folder / "again").hardlink_to(folder / "file")
    (folder / "link").symlink_to("/usr")
    assert near(usage.bytes([os.getpid()]), MIB)
    with tempfile.TemporaryFile(dir=folder) as held:
        held.write(bytes(2 * MIB))
        held.flush()
        assert near(usage.bytes([os.getpid()]), 3 * MIB)
        assert near(usage.bytes([]), MIB)
    assert near(usage.bytes([os.getpid()]), MIB)


def test_a_sparse_file_counts_for_what_it_takes(folder):
    with (folder / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    assert near(FolderUsage(folder, None).bytes([]), 0)


def test_a_tree_deeper_than_a_path_is_counted(folder):
    make_deep(folder, 1500, "d" * 20, bytes(MIB))
    found = FolderUsage(folder, None).bytes([])
    # pytest could not remove it.
    subprocess.run(["rm", "-rf", str(folder / ("d" * 20))], check=True)
    assert found >= MIB


def test_a_folder_that_can_not_be_read_is_said(folder, monkeypatch):
    def refused(command, **_):
        return scratch.subprocess.CompletedProcess(command, 1, "0\t.", "du: Permission denied")

    usage = FolderUsage(folder, None)
    monkeypatch.setattr(scratch.subprocess, "run", refused)
    with pytest.raises(UnreadableError):
        usage.bytes([])


def test_a_process_that_hides_its_files_is_said(folder):
    hiding = "import ctypes; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); print(flush=True); input()"
    command = [sys.executable, "-c", hiding]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        usage = FolderUsage(folder, None)
        if os.geteuid():
            with pytest.raises(UnreadableError):
                usage.bytes([process.pid])
        else:
            # Nothing hides from root.
            assert near(usage.bytes([process.pid]), 0)
        process.communicate(b"\n")


def test_a_look_that_takes_long_is_not_taken_all_the_time(tmp_path, monkeypatch):
    usage = FolderUsage(tmp_path, None)
    usage.bytes([])
    (tmp_path / "file").write_bytes(bytes(MIB))
    monkeypatch.setattr(scratch.time, "monotonic", lambda: usage._next - 0.001)
    assert near(usage.bytes([]), 0)


def test_a_file_system_counts_as_a_whole(tmp_path):
    assert used_bytes(tmp_path) > 0


def test_where_no_student_code_runs_files_are_links(given, root):
    (given / "data").mkdir()
    (given / "data" / "t.csv").write_text("given")
    lay_out(root, given, tar_of(note="own"), linked=True)
    link = root / "work" / "data" / "t.csv"
    assert link.is_symlink()
    assert link.read_text() == "given"
    assert link.stat().st_mtime_ns == (given / "data" / "t.csv").stat().st_mtime_ns
    assert (root / "work" / "note").read_text() == "own"
