import subprocess
import sys

import pytest

from proctor.sandbox.landlock import SHARING_ABI, confine, landlock_abi

PROBE = """
import os, socket, sys
from pathlib import Path
from proctor.sandbox.landlock import confine
own, other, sockets = map(Path, sys.argv[1:4])
parent = os.getppid()
confine(read=[Path("/")], write=[own, Path("/dev/null")], sockets=[sockets])
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
attempt("write other", lambda: (other / "f").write_text("x"))
attempt("truncate", lambda: os.truncate(other / "there", 0))
attempt("remove", lambda: (other / "there").unlink())
attempt("read other", lambda: (other / "there").read_text())
attempt("device", lambda: Path("/dev/null").write_text("x"))
attempt("socket", lambda: bind(sockets / "s"))
attempt("file beside socket", lambda: (sockets / "f").write_text("x"))
attempt("signal", lambda: os.kill(parent, 0))
attempt("memory", lambda: open(f"/proc/{parent}/mem", "rb").close())
attempt("fork and signal", lambda: os.kill(os.getpid(), 0))
"""


@pytest.mark.skipif(landlock_abi() < SHARING_ABI, reason="this kernel's Landlock is too old")
def test_what_a_confined_process_may_do(tmp_path):
    for name in ("own", "other", "sockets"):
        (tmp_path / name).mkdir()
    (tmp_path / "other" / "there").write_text("text")
    folders = [str(tmp_path / name) for name in ("own", "other", "sockets")]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *folders], capture_output=True, text=True, check=True
    )
    said = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    allowed = {"write own", "subfolder", "read other", "device", "socket", "fork and signal"}
    assert {name for name, word in said.items() if word == "yes"} == allowed
    assert len(said) == 12
    assert (tmp_path / "other" / "there").read_text() == "text"


def test_an_old_kernel_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr("proctor.sandbox.landlock.landlock_abi", lambda: SHARING_ABI - 1)
    with pytest.raises(OSError, match="Landlock ABI"):
        confine(read=[], write=[tmp_path], sockets=[])
