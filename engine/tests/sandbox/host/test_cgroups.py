import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from proctor.sandbox.host import cgroups
from proctor.sandbox.host.cgroups import ControlGroup, parents, remove_abandoned
from proctor.sandbox.shared.limits import ResourceLimits

pytestmark = pytest.mark.sandbox

needs_groups = pytest.mark.skipif(not parents(), reason="no cgroup can be made here")

STORM = """
import os, sys, time
sys.stdin.readline()
children, refused = 0, False
try:
    for _ in range(60):
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
        children += 1
except BlockingIOError:
    refused = True
print(children, refused)
os.killpg(0, 9)
"""
HOARD = "import sys; sys.stdin.readline(); x = [b'x' * (1 << 20) for _ in range(200)]; print(1)"


@pytest.fixture
def run_in_group():
    """Run code in a group; the group lives until the test ends."""
    groups = []

    def run(code, **limits):
        group = ControlGroup(parents(), ResourceLimits(**limits))
        groups.append(group)
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        group.add(process.pid)
        printed, _ = process.communicate("go\n")
        return printed.split(), process.returncode, group

    yield run
    for group in groups:
        group.close()
        assert not any(folder.exists() for folder in group.folders)


@needs_groups
def test_the_kernel_refuses_more_processes(run_in_group):
    printed, _, _ = run_in_group(STORM, processes=10)
    assert printed == ["25", "True"]


@needs_groups
def test_the_kernel_ends_what_takes_too_much_memory(run_in_group):
    printed, code, group = run_in_group(HOARD, memory_mib=100)
    assert (printed, code) == ([], -9)
    assert group.out_of_memory()


@needs_groups
def test_a_limit_of_zero_is_none(run_in_group):
    printed, code, group = run_in_group(HOARD, memory_mib=0, processes=0)
    assert (printed, code) == (["1"], 0)
    assert not group.out_of_memory()


@needs_groups
def test_what_is_left_in_a_group_ends_with_it():
    group = ControlGroup(parents(), ResourceLimits())
    with subprocess.Popen(["sleep", "1000"]) as left:
        group.add(left.pid)
        group.close()
        assert left.wait(10) == -9
    assert not any(folder.exists() for folder in group.folders)


LEAVE = """
import subprocess
from proctor.sandbox.host.cgroups import ControlGroup, parents
from proctor.sandbox.shared.limits import ResourceLimits
group = ControlGroup(parents(), ResourceLimits())
left = subprocess.Popen(["sleep", "1000"])
group.add(left.pid)
print(left.pid, *group.folders, sep="\\n", flush=True)
input()
"""


@needs_groups
def test_what_a_grader_left_that_was_killed_goes_and_what_is_in_use_stays():
    with subprocess.Popen(
        [sys.executable, "-c", LEAVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as grader:
        left, *folders = [grader.stdout.readline().strip() for _ in range(1 + len(parents()))]
        remove_abandoned()
        assert all(Path(folder).exists() for folder in folders)
        grader.kill()
        grader.wait()
    remove_abandoned()
    assert not any(Path(folder).exists() for folder in folders)
    assert not psutil.pid_exists(int(left)) or psutil.Process(int(left)).status() == "zombie"


VERSION_1 = """\
31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:5 - cgroup cgroup rw,cpu,cpuacct
"""
VERSION_2 = "30 23 0:26 /docker/abc /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate\n"


def test_mounts_are_read():
    assert cgroups._mounts(VERSION_1) == {
        "memory": ("/", Path("/sys/fs/cgroup/memory")),
        "cpu": ("/", Path("/sys/fs/cgroup/cpu,cpuacct")),
        "cpuacct": ("/", Path("/sys/fs/cgroup/cpu,cpuacct")),
    }
    assert cgroups._mounts(VERSION_2) == {"": ("/docker/abc", Path("/sys/fs/cgroup"))}


def test_own_groups_are_read():
    text = "8:pids:/a\n4:cpu,cpuacct:/b\n0::/user.slice/x.scope\n"
    found = cgroups._own_groups(text)
    assert found == {"pids": "/a", "cpu": "/b", "cpuacct": "/b", "": "/user.slice/x.scope"}


def test_groups_are_made_in_our_own_or_beside_it(tmp_path):
    own = tmp_path / "slice" / "scope"
    own.mkdir(parents=True)
    assert cgroups._own_folder(("/", tmp_path), "/slice/scope") == own
    assert cgroups._own_folder(("/slice", tmp_path / "slice"), "/slice/scope") == own
    assert cgroups._own_folder(("/", tmp_path), "/missing") is None
    assert cgroups._folder_above(("/", tmp_path), "/slice/scope") == own.parent
    assert cgroups._folder_above(("/", tmp_path), "/") is None


def test_version_2_is_written_as_the_kernel_wants_it(tmp_path, monkeypatch):
    parent = cgroups.Parent(tmp_path, "memory.max", "memory.events", pids=True)
    made = Path.mkdir

    def mkdir(folder):
        made(folder)
        (folder / "memory.swap.max").write_text("max")

    monkeypatch.setattr(Path, "mkdir", mkdir)
    group = ControlGroup((parent,), ResourceLimits(memory_mib=100, processes=10))
    folder = group.folders[0]
    written = {path.name: path.read_text() for path in folder.iterdir()}
    assert written == {
        "memory.max": str(100 << 20), "memory.swap.max": "0", "pids.max": "26",
    }  # fmt: skip
    (folder / "memory.events").write_text("oom 3\noom_kill 2\n")
    assert group.out_of_memory()
    for path in folder.iterdir():
        path.unlink()
    group.close()


def test_where_groups_are_out_of_reach_there_are_none(tmp_path):
    parent = cgroups.Parent(tmp_path / "missing", "memory.max", "memory.events", pids=True)
    assert not cgroups._works((parent,))


BUSY = "import os; [os.fork() for _ in range({forks})]\nwhile True: pass"


@needs_groups
def test_a_group_with_many_threads_gets_no_more_than_one_with_few():
    """Thirty-two busy processes would else have thirty-two times as much as one."""
    if not any(parent.folder.parts[-1].startswith("cpu") for parent in parents()):
        pytest.skip("no cgroup can share the processors here")
    groups = [ControlGroup(parents(), ResourceLimits()) for _ in range(2)]
    started = []
    try:
        for group, forks in zip(groups, (0, 5), strict=True):
            program = [sys.executable, "-c", f"input()\n{BUSY.format(forks=forks)}"]
            process = subprocess.Popen(program, stdin=subprocess.PIPE)
            group.add(process.pid)
            started.append(process)
        for process in started:
            process.stdin.write(b"\n")
            process.stdin.close()
        time.sleep(2)
        one, many = (psutil.Process(process.pid) for process in started)
        own = one.cpu_times().user
        others = sum(p.cpu_times().user for p in (many, *many.children(recursive=True)))
        assert own > others / 4
    finally:
        for process in started:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()
        for group in groups:
            group.close()
