import os
import subprocess
import sys
import tempfile

import pytest

from engine.tests.trees import make_deep
from proctor.sandbox.inside import disk_usage
from proctor.sandbox.inside.disk_usage import FolderUsage, UnreadableError, used_bytes

pytestmark = pytest.mark.sandbox

MIB = 1 << 20


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(disk_usage, "_REST", 0)
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
        return disk_usage.subprocess.CompletedProcess(command, 1, "0\t.", "du: Permission denied")

    usage = FolderUsage(folder, None)
    monkeypatch.setattr(disk_usage.subprocess, "run", refused)
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
    monkeypatch.setattr(disk_usage.time, "monotonic", lambda: usage._next - 0.001)
    assert near(usage.bytes([]), 0)


def test_a_file_system_counts_as_a_whole(tmp_path):
    assert used_bytes(tmp_path) > 0
