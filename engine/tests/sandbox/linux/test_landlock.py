import subprocess
import sys

import pytest

from proctor.sandbox.linux import landlock
from proctor.sandbox.linux.landlock import SCOPING_ABI, Allowed, Domain, landlock_abi

pytestmark = pytest.mark.sandbox

needs_landlock = pytest.mark.skipif(landlock_abi() < 1, reason="this kernel has no Landlock")

PROBE = """
import os, socket, sys
from pathlib import Path
from proctor.sandbox.linux import landlock
from proctor.sandbox.linux.landlock import Allowed, Domain
own, other, sockets, names, memory = map(Path, sys.argv[1:6])
landlock.landlock_abi = lambda: int(sys.argv[6])
parent = os.getppid()
read = (Path("/usr"), Path(sys.base_prefix), own)
Domain(Allowed(
    read=(*read, other) if sys.argv[7] == "read" else read, list=(names,),
    write=(own, Path("/dev/null")), sockets=(sockets,), memory=(memory,), tcp=False,
)).enter()
def attempt(name, action):
    try:
        action()
        print(name, "yes")
    except OSError:
        print(name, "no")
def bind(path):
    socket.socket(socket.AF_UNIX).bind(str(path))
attempt("write own", lambda: (own / "f").write_text("x"))
attempt("subfolder", lambda: (own / "d").mkdir())
attempt("move within", lambda: (own / "f").rename(own / "d" / "f"))
attempt("write other", lambda: (other / "f").write_text("x"))
attempt("remove", lambda: (other / "there").unlink())
attempt("link other", lambda: (own / "link").hardlink_to(other / "there"))
attempt("read other", lambda: (other / "there").read_text())
attempt("list other", lambda: list(other.iterdir()))
attempt("device", lambda: Path("/dev/null").write_text("x"))
attempt("socket", lambda: bind(sockets / "s"))
attempt("file beside socket", lambda: (sockets / "f").write_text("x"))
attempt("list names", lambda: list(names.iterdir()))
attempt("read named", lambda: (names / "there").read_text())
attempt("share", lambda: (memory / "f").write_text("x"))
attempt("list shared", lambda: list(memory.iterdir()))
attempt("memory of parent", lambda: open(f"/proc/{parent}/mem", "rb").close())
attempt("signal itself", lambda: os.kill(os.getpid(), 0))
attempt("truncate", lambda: os.truncate(other / "there", 0))
attempt("signal", lambda: os.kill(parent, 0))
attempt("tcp", lambda: socket.socket().bind(("127.0.0.1", 0)))
"""
ALLOWED = {
    "write own", "subfolder", "device", "socket", "list names", "share", "signal itself",
}  # fmt: skip


def probed(tmp_path, abi, read):
    for name in ("own", "other", "sockets", "names", "memory"):
        (tmp_path / name).mkdir(exist_ok=True)
    (tmp_path / "other" / "there").write_text("text")
    (tmp_path / "names" / "there").write_text("text")
    folders = [str(tmp_path / name) for name in ("own", "other", "sockets", "names", "memory")]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *folders, str(abi), "read" if read else ""],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    said = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    assert len(said) == 20
    return {name for name, word in said.items() if word == "yes"}


@needs_landlock
@pytest.mark.parametrize("read", [True, False])
def test_what_a_confined_process_may_do(tmp_path, read):
    abi = landlock_abi()
    expected = ALLOWED | ({"read other", "list other"} if read else set())
    if abi >= 2:
        expected.add("move within")
    if abi < 3:
        expected.add("truncate")
    if abi < 4:
        expected.add("tcp")
    if abi < SCOPING_ABI:
        expected.add("signal")
    assert probed(tmp_path, abi, read) == expected


@needs_landlock
@pytest.mark.parametrize("abi", range(1, 7))
def test_an_older_kernel_holds_what_it_can(tmp_path, abi):
    """What it can't hold is what a filter of system calls refuses then."""
    if abi > landlock_abi():
        pytest.skip(f"this kernel offers ABI {landlock_abi()}")
    beyond = ALLOWED | {"move within", "truncate", "tcp", "signal"}
    assert ALLOWED <= probed(tmp_path, abi, read=False) <= beyond


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    if landlock_abi():
        with pytest.raises(FileNotFoundError):
            Domain(Allowed(read=(tmp_path / "missing",)))


def test_where_there_is_none_that_is_said(monkeypatch):
    monkeypatch.setattr(landlock.sys, "platform", "darwin")
    assert landlock_abi() == 0
