"""What servers that one zygote forked share, and what they don't."""

import socket
import time

import psutil
import pytest

from engine.tests.sandbox.family import all_end, family
from engine.tests.sessions import printed_by
from proctor.execution.session import KernelLost
from proctor.files.temporary import temporary_folder
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.host.server_handle import LISTENER, StandaloneServer
from proctor.sandbox.host.zygote_client import zygote

pytestmark = pytest.mark.sandbox


def test_what_was_imported_is_shared_and_nothing_else(pair):
    one, other = pair
    leave = """
import os, pathlib, subprocess, sys, numpy
numpy.marker = sys.marker = "poison"
for where in ("/tmp", "/dev/shm", os.environ["HOME"]):
    pathlib.Path(where, "left").write_text("x")
sleeping = subprocess.Popen(["sleep", "987"])
"""
    look = """
import os, sys
print(hasattr(sys.modules["numpy"], "marker"), hasattr(sys, "marker"))
print([os.path.exists(f"{where}/left") for where in ("/tmp", "/dev/shm", os.environ["HOME"])])
def name(process):
    return open(f"/proc/{process}/comm").read().strip()
print(sorted(name(entry) for entry in os.listdir("/proc") if entry.isdigit()))
print(len(os.listdir("/sockets")), open("data/table.csv").read().split())
"""
    assert printed_by(one, leave) == ""
    lines = printed_by(other, look).splitlines()
    assert lines[:2] == ["False False", "[False, False, False]"]
    assert lines[2] == "['cat', 'python', 'python']"
    assert lines[3] == "1 ['a,b', '1,2']"


def test_two_notebooks_can_not_talk_to_each_other(pair):
    one, other = pair
    listen = """
import socket, threading
heard = []
abstract = socket.socket(socket.AF_UNIX); abstract.bind("\\0beside"); abstract.listen()
def hear():
    while True:
        heard.append(abstract.accept())
threading.Thread(target=hear, daemon=True).start()
"""
    tell = """
import socket
try:
    socket.socket(socket.AF_UNIX).connect("\\0beside")
    print("connected")
except OSError as error:
    print(type(error).__name__)
"""
    printed_by(one, listen)
    assert printed_by(other, tell).split() == ["ConnectionRefusedError"]
    assert printed_by(one, "import time; time.sleep(0.2); print(heard)").strip() == "[]"
    # It is heard where it may be: it is the sandbox that keeps them apart.
    printed_by(one, tell)
    assert printed_by(one, "time.sleep(0.2); print(len(heard))").strip() == "1"


def test_there_is_no_network_not_even_within_a_notebook(pair):
    source = """
import socket
for family in (socket.AF_INET, socket.AF_INET6):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            socket.socket(family, kind)
            print("opened")
        except OSError:
            print("no")
"""
    assert printed_by(pair[0], source).split() == ["no"] * 4


def test_a_notebook_has_no_rights_and_can_get_none(pair):
    source = """
import ctypes, os, re
status = open("/proc/self/status").read()
print(set(re.findall(r"Cap\\w+:\\s*(\\w+)", status)))
print(re.findall(r"(?:NoNewPrivs|Seccomp):\\s*(\\d)", status))
libc = ctypes.CDLL(None, use_errno=True)
for call in ("unshare", "setns"):
    print(getattr(libc, call)(0x10000000, 0), os.strerror(ctypes.get_errno()))
"""
    lines = printed_by(pair[0], source).splitlines()
    assert lines[0] == "{'0000000000000000'}"
    assert lines[1] == "['1', '2']"
    assert lines[2:] == ["-1 Operation not permitted"] * 2


def test_a_notebook_has_no_more_open_files_than_one_in_a_server_of_its_own(pair, open_notebook):
    source = """
import os, time
def kinds():
    links = (f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd"))
    return sorted(os.readlink(link).split(":")[0] for link in links if os.path.exists(link))
seen = []
while kinds() != seen:  # its connections are still being made
    seen = kinds()
    time.sleep(0.5)
print(seen)
"""
    with open_notebook() as alone:
        assert printed_by(pair[0], source) == printed_by(alone, source)


def test_the_zygotes_sandbox_can_not_be_seen_from_a_servers(pair, zygotes):
    source = """
import os
def seen(processes):
    return [p for p in processes if os.path.exists(f"/proc/{p}")]
print(seen({outside}), len(seen([os.getppid()])))
print(os.readlink("/proc/self/ns/pid") == os.readlink("/proc/self/ns/pid_for_children"))
for path in ("/proc/1/environ", "/proc/1/root", "/proc/1/fd/0", "/proc/2/environ", "/proc/2/root"):
    try:
        print(len(os.listdir(path) if os.path.isdir(path) else open(path).read(9)), path)
    except OSError as error:
        print(type(error).__name__)
"""
    # Zygote, keepers, and both servers with their kernels, by their numbers outside.
    outside = [process.pid for process in family(zygotes)]
    assert len(outside) > 6
    lines = printed_by(pair[0], source.replace("{outside}", str(outside))).splitlines()
    assert lines[0] == "[] 1"
    assert lines[1] == "True"
    assert lines[2:] == ["PermissionError"] * 5


def test_what_one_notebook_breaks_the_other_one_keeps(pair):
    one, other = pair
    printed_by(other, "x = 1")
    attack = "import os, signal; os.kill(-1, signal.SIGKILL) if os.fork() == 0 else os.wait()"
    with pytest.raises(KernelLost):
        one.run(f"import os; os.chmod('/course/autograded/scratch', 0)\n{attack}")
    assert printed_by(other, "print(x)").strip() == "1"


def test_everything_ends_with_a_zygote_that_is_killed(plan):
    with temporary_folder() as parent, zygote(plan, parent / "zygote"):
        server = ForkServer(plan, parent / "zygote")
        below = family(parent)
        psutil.Process(server.process).parent().kill()
        assert all_end(below)
        server.close()
        # Whoever is left gets a server all the same.
        server = ForkServer(plan, parent / "zygote")
        assert isinstance(server._handle, StandaloneServer)
        server.close()


def test_who_waits_in_silence_keeps_nobody_else_from_a_server(plan, zygotes):
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(zygotes / LISTENER))
        started = time.monotonic()
        ForkServer(plan, zygotes).close()
        assert time.monotonic() - started < 10
