import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from engine.tests.trees import make_deep
from proctor.files import temporary
from proctor.files.temporary import TemporaryFolder, sweep, temporary_folder


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_goes_with_its_block(place):
    with temporary_folder() as folder:
        (folder / "file").write_text("x")
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(place.iterdir()) == []


def test_it_goes_however_deep_it_was_made(place):
    with temporary_folder() as folder:
        make_deep(folder, 5000)
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_goes_and_what_is_in_use_stays(place):
    code = (
        f"import sys, tempfile; tempfile.tempdir = {str(place)!r}\n"
        "from proctor.files.temporary import TemporaryFolder\n"
        "folder = TemporaryFolder(); print(folder.path, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        left = other.stdout.readline().strip()
        sweep()
        assert os.listdir(place) == [os.path.basename(left)]  # noqa: PTH119, PTH208
        make_deep(Path(left), 5000)
        os.kill(other.pid, signal.SIGKILL)
    with temporary_folder() as folder:
        assert list(place.iterdir()) == [folder]


def test_what_resists_can_still_be_found(place, monkeypatch):
    folder = TemporaryFolder()
    (folder.path / "file").touch()
    monkeypatch.setattr(temporary, "remove_tree", lambda path: False)
    folder.close()
    assert {path.name for path in folder.path.iterdir()} == {".alive", "file"}
    monkeypatch.undo()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    sweep()
    assert list(place.iterdir()) == []


def test_other_folders_and_links_are_left_alone(place):
    (place / "proctor-mine").mkdir()
    (place / "proctor-link").mkdir()
    (place / "proctor-link" / ".alive").symlink_to("/etc/passwd")
    sweep()
    assert sorted(p.name for p in place.iterdir()) == ["proctor-link", "proctor-mine"]
