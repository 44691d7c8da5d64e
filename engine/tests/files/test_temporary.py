"""Folders go whatever was made of them, and nothing else goes with them."""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from engine.tests.trees import make_deep
from proctor.files import temporary
from proctor.files.temporary import TemporaryFolder, remove_tree, sweep, temporary_folder


@pytest.fixture
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


AS_NOBODY = """
import os, sys
from pathlib import Path
from proctor.files.temporary import remove_tree
if os.geteuid() == 0:
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
root = Path(sys.argv[1])
(root / "tree" / "closed" / "inner").mkdir(parents=True)
(root / "tree" / "closed" / "inner" / "file").touch()
for name in ("closed/inner", "closed"):
    (root / "tree" / name).chmod(0)
(root / "tree" / "deep").mkdir()
here = os.open(root / "tree" / "deep", os.O_RDONLY)
held = [here]
for _ in range(600):
    os.mkdir("d", dir_fd=here)
    here = os.open("d", os.O_RDONLY, dir_fd=here)
    held.append(here)
for number in reversed(held[::7]):
    os.fchmod(number, 0)
for number in held:
    os.close(number)
for number in range(1500):
    (root / "tree" / f"w{number}" / "x").mkdir(parents=True)
    (root / "tree" / f"w{number}").chmod(0)
(root / "tree").chmod(0)
print(remove_tree(root / "tree"), list(root.iterdir()))
"""


def test_what_is_not_there_is_gone(tmp_path):
    assert remove_tree(tmp_path / "nothing")


def test_links_are_not_followed(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "broken").symlink_to("nowhere")
    assert all([remove_tree(tmp_path / name) for name in ("tree", "link", "broken")])
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "file"]


@pytest.mark.parametrize("name", ["-rf", "a b", "a\nb", os.fsdecode(b"\xff"), "*"])
def test_odd_names_are_names(tmp_path, name):
    (tmp_path / "kept").touch()
    (tmp_path / name).mkdir()
    (tmp_path / name / name).touch()
    assert remove_tree(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_closed_folders_go_for_whoever_owns_them():
    # Not below tmp_path, which is for its owner alone.
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o777)
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, place], capture_output=True, text=True
        )
        assert done.stdout.strip() == "True []", done.stderr


EXCHANGE = """
import ctypes, os, sys
os.chdir(sys.argv[1])
library = ctypes.CDLL(None)
print("ready", flush=True)
while True:
    library.renameat2(-100, b"folder", -100, b"link", 2)
"""


def test_the_modes_of_what_links_lead_to_stay(tmp_path):
    """Names that become links while they are looked at."""
    (tmp_path / "outside").mkdir(mode=0o500)
    tree = tmp_path / "tree"
    (tree / "folder").mkdir(parents=True)
    (tree / "link").symlink_to(tmp_path / "outside")
    command = [sys.executable, "-c", EXCHANGE, str(tree)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as exchanging:
        exchanging.stdout.readline()
        for _ in range(200):
            with suppress(OSError):
                temporary._grant_access(tree)
            assert (tmp_path / "outside").stat().st_mode & 0o777 == 0o500
        exchanging.kill()


def test_what_can_not_be_removed_is_said():
    assert not remove_tree(Path("/proc/self/attr"))
