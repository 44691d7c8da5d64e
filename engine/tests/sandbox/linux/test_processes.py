import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.tests.sandboxes import skip_where_missing
from proctor.sandbox.linux import processes
from proctor.sandbox.linux.processes import descendants, measure, outside, proportional_memory

pytestmark = pytest.mark.sandbox

ORPHANS = """
import os, sys, time
from proctor.sandbox.linux.processes import adopt_orphans, descendants, end_all
adopt_orphans()
if os.fork() == 0:
    # A daemon: its parent ends at once, it has a session of its own and ignores what it can.
    os.setsid()
    if os.fork() == 0:
        import signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            if os.fork() == 0:
                time.sleep(60)
            time.sleep(0.01)
    os._exit(0)
time.sleep(0.3)
before = len(descendants(os.getpid()))
gone = end_all(os.getpid(), whole_namespace=False)
print(before > 3, gone, len(descendants(os.getpid())))
"""


def test_children_and_their_children_are_found_and_measured():
    script = "import subprocess, sys; subprocess.run(['sleep', '30'])"
    child = subprocess.Popen([sys.executable, "-c", script])
    try:
        end = time.monotonic() + 10
        while len(found := descendants(child.pid)) < 1 and time.monotonic() < end:
            time.sleep(0.02)
        assert len(found) == 1
        assert {child.pid, *found} <= descendants(os.getpid())
        usage = measure({child.pid, *found})
        assert usage.tasks == 2
        assert 1 << 20 < proportional_memory({child.pid}) < 1 << 30
        assert usage.memory > 1 << 20
    finally:
        for process in {child.pid, *found}:
            os.kill(process, 9)
        child.wait()


def test_processes_that_are_gone_count_as_nothing():
    child = subprocess.Popen(["true"])
    child.wait()
    assert measure({child.pid}).tasks == 0
    assert proportional_memory({child.pid}) == 0


def test_a_process_that_ends_with_all_of_its_threads_has_not_lost_its_first_one():
    script = (
        "import os, threading, time\n"
        "for _ in range(40): threading.Thread(target=time.sleep, args=(30,), daemon=True).start()\n"
        "held = b'x' * (200 << 20)\n"
        "os._exit(3)"
    )
    for _ in range(5):
        child = subprocess.Popen([sys.executable, "-c", script])
        looks = []
        while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            looks.append(measure({child.pid}).headless)
        child.wait()
        assert looks
        assert not any(looks)


def test_a_process_that_goes_on_without_its_first_thread_is_noticed():
    script = (
        "import ctypes, threading, time\n"
        "threading.Thread(target=time.sleep, args=(30,)).start()\n"
        "ctypes.CDLL(None).pthread_exit(None)"
    )
    child = subprocess.Popen([sys.executable, "-c", script])
    try:
        end = time.monotonic() + 10
        while not (noticed := measure({child.pid}).headless) and time.monotonic() < end:
            time.sleep(0.02)
        assert noticed
    finally:
        child.kill()
        child.wait()


def test_a_daemon_that_forks_on_is_ended_with_all_of_its_children():
    done = subprocess.run([sys.executable, "-c", ORPHANS], capture_output=True, text=True)
    assert done.stdout.strip() == "True True 0", done.stderr


def test_a_process_of_another_namespace_is_found():
    skip_where_missing("namespaces")
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    command = ["bwrap", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc"]
    with subprocess.Popen(
        [*command, sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            inside = int(process.stdout.readline())
            found = outside(process.pid, inside)
            assert found != inside
            assert code.encode() in Path(f"/proc/{found}/cmdline").read_bytes()
            with pytest.raises(ProcessLookupError):
                outside(process.pid, 999_999)
        finally:
            process.kill()


def test_a_process_on_the_way_inside_with_the_same_number_is_not_taken_for_another(monkeypatch):
    numbers = {41: [41], 57: [57, 41], 58: [58, 2]}
    monkeypatch.setattr(processes, "descendants", lambda root: set(numbers))
    monkeypatch.setattr(processes, "_namespace_pids", numbers.get)
    assert processes.outside(40, 41) == 57
    assert processes.outside(40, 2) == 58
    with pytest.raises(ProcessLookupError, match="no process 3 below 40"):
        processes.outside(40, 3)


def test_both_ways_find_and_measure_the_same():
    child = subprocess.Popen(["sleep", "30"])
    try:
        found = processes._portable_descendants(os.getpid())
        assert child.pid in found & processes.descendants(os.getpid())
        threads, _, memory = processes._portable_usage({child.pid})
        usage = processes.measure({child.pid})
        assert threads == usage.tasks == 1
        assert memory >= usage.memory > 0
    finally:
        child.kill()
        child.wait()
    assert processes._portable_usage({child.pid}) == (0, 0.0, 0)
    assert processes._portable_descendants(child.pid) == set()
