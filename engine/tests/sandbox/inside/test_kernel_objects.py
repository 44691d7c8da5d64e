import os
import select
import socket
import subprocess

import pytest

from engine.tests.sandboxes import skip_where_missing
from proctor.execution.session import KernelLost
from proctor.sandbox.host import forkserver
from proctor.sandbox.inside.kernel_objects import (
    SOCKET_BYTES,
    KernelObjects,
    kernel_objects,
    max_watches,
)

pytestmark = pytest.mark.sandbox


@pytest.fixture
def kind(request):
    skip_where_missing(request.param)
    return request.param


def test_sockets_and_pipes_count_for_what_they_may_hold():
    before = kernel_objects([os.getpid()], None).buffer_bytes
    one, other = socket.socketpair()
    read, write = os.pipe()
    again = one.dup()
    try:
        assert (
            kernel_objects([os.getpid()], None).buffer_bytes == before + 2 * SOCKET_BYTES + 65_536
        )
    finally:
        for opened in (one, other, again):
            opened.close()
        os.close(read)
        os.close(write)
    assert kernel_objects([os.getpid()], None).buffer_bytes == before


def test_who_has_ended_holds_nothing():
    with subprocess.Popen(["true"]) as ended:
        pass
    assert kernel_objects([ended.pid], None) == KernelObjects()


def test_what_epoll_watches_is_counted():
    before = kernel_objects([os.getpid()], None).watches
    read, write = os.pipe()
    with select.epoll() as one, select.epoll() as other:
        one.register(read)
        other.register(read)
        other.register(write)
        assert kernel_objects([os.getpid()], None).watches == before + 3
    os.close(read)
    os.close(write)


def test_descriptors_on_their_way_are_counted():
    one, other = socket.socketpair()
    with one, other:
        socket.send_fds(one, [b"x"], [1, 2])
        socket.send_fds(one, [b"x"], [1])
        assert kernel_objects([os.getpid()], None).in_flight == 3
        socket.recv_fds(other, 1, 2)
        assert kernel_objects([os.getpid()], None).in_flight == 1


WATCHES = """
import os, select, time
for _ in range(30):
    if os.fork() == 0:
        events = [os.eventfd(0) for _ in range(450)]
        pollers = [select.epoll() for _ in range(450)]
        try:
            for poller in pollers:
                for event in events:
                    poller.register(event, 1)
        except OSError:
            pass
        time.sleep(20)
time.sleep(20)
"""
MAX_BYTES_IN_FLIGHT = """
import array, socket, time
one, other = socket.socketpair()
try:
    while True:
        one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0] * 250))])
except OSError:
    time.sleep(20)
"""


NESTED = """
import array, os, socket, time
kept, rights = [], (socket.SOL_SOCKET, socket.SCM_RIGHTS)
null = os.open("/dev/null", os.O_RDONLY)
one, other = socket.socketpair()
for _ in range(8):
    left, right = socket.socketpair()
    left.sendmsg([b"x"], [(*rights, array.array("i", [null] * 100))])
    one.sendmsg([b"x"], [(*rights, array.array("i", [right.fileno()]))])
    left.close(), right.close()
time.sleep(20)
"""
HIDDEN = """
import ctypes, os, time
if os.fork() == 0:
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    time.sleep(100)
time.sleep(20)
"""
MANY = """
import os, time
opened = [os.open("/dev/null", os.O_RDONLY) for _ in range(900)]
for _ in range(60):
    if os.fork() == 0:
        time.sleep(100)
time.sleep(20)
"""
HEADLESS = """
import ctypes, os, threading, time
if os.fork() == 0:
    threading.Thread(target=time.sleep, args=(30,)).start()
    ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
time.sleep(20)
"""


@pytest.mark.parametrize("kind", ["namespaces", "confined"], indirect=True)
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (WATCHES, f"more than {max_watches()} files"),
        (MAX_BYTES_IN_FLIGHT, "nobody received"),
        (NESTED, "nobody received"),
        (MANY, "20,000 open files"),
        (HEADLESS, "first thread"),
    ],
)
def test_a_notebook_can_not_use_up_what_is_counted_per_user(open_notebook, kind, source, reason):
    with open_notebook() as session, pytest.raises(KernelLost, match=reason):
        session.run(source)


@pytest.mark.parametrize("kind", ["namespaces"], indirect=True)
def test_a_notebook_can_not_hide_its_files(open_notebook, kind):
    with open_notebook() as session, pytest.raises(KernelLost, match="hides its open files"):
        session.run(HIDDEN)


DEEP = """
import os, time
here = os.getcwd()
for _ in range(40):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
kept = open("x", "w")
os.chdir(here)
time.sleep(1)
print("done")
"""


@pytest.mark.parametrize("kind", ["namespaces", "confined"], indirect=True)
def test_an_open_file_whose_path_is_too_long_ends_nothing(open_notebook, kind):
    with open_notebook() as session:
        assert session.run(DEEP).outputs[0].text == "done\n"
        assert session.run("1 + 1").error is None


HOG = """
import os, socket, time
def hog():
    keep = []
    try:
        while True:
            one, other = socket.socketpair()
            one.setblocking(False)
            try:
                while True:
                    one.send(b"x" * 65536)
            except OSError:
                keep.append((one, other))
    except OSError:
        time.sleep(20)
for _ in range(4):
    if os.fork() == 0:
        hog()
time.sleep(20)
"""


@pytest.mark.parametrize("kind", ["namespaces", "confined"], indirect=True)
def test_a_notebook_can_not_hide_memory_in_sockets(open_notebook, kind, monkeypatch):
    # Control groups count it, too, but are not everywhere.
    monkeypatch.setattr(forkserver, "parents", lambda: ())
    with (
        open_notebook(memory_mib=500) as session,
        pytest.raises(KernelLost, match="500 MiB of memory"),
    ):
        session.run(HOG)
