import os
import socket
import subprocess

import pytest

from proctor.running.session import KernelLost
from proctor.sandbox import forkserver
from proctor.sandbox.kernel_buffers import SOCKET_BYTES, buffer_bytes
from tests.proctor.sandboxes import skip_where_missing


@pytest.fixture
def kind(request):
    skip_where_missing(request.param)
    return request.param


def test_sockets_and_pipes_count_for_what_they_may_hold():
    before = buffer_bytes([os.getpid()], None)
    one, other = socket.socketpair()
    read, write = os.pipe()
    again = one.dup()
    try:
        assert buffer_bytes([os.getpid()], None) == before + 2 * SOCKET_BYTES + 65_536
    finally:
        for opened in (one, other, again):
            opened.close()
        os.close(read)
        os.close(write)
    assert buffer_bytes([os.getpid()], None) == before


def test_who_has_ended_holds_nothing():
    with subprocess.Popen(["true"]) as ended:
        pass
    assert buffer_bytes([ended.pid], None) == 0


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
