"""What a confined notebook can do and what it can't, tried from within."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import replace

import pytest

from engine.tests.sandboxes import skip_where_missing
from proctor.sandbox.inside.confinement import Confinement
from proctor.sandbox.linux.users import may_switch
from proctor.sandbox.shared.server_config import ServerConfig

pytestmark = pytest.mark.sandbox

WORKS = """
import concurrent.futures, os, socket, subprocess, sys, tempfile, threading
import numpy, pandas
pandas.DataFrame({"a": [1, 2]}).to_csv("out.csv")
import shutil
shutil.copy2("data/table.csv", "copy.csv")
shutil.copytree("data", "copies")
os.rename("copy.csv", os.path.join(tempfile.gettempdir(), "moved.csv"))
with tempfile.TemporaryDirectory() as folder:
    open(f"{folder}/x", "w").write("x")
one, other = socket.socketpair()
one.sendall(b"text")
assert other.recv(4) == b"text"
threads = [threading.Thread(target=print) for _ in range(4)]
[t.start() for t in threads], [t.join() for t in threads]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    assert list(pool.map(abs, [-1, -2])) == [1, 2]
done = subprocess.run([sys.executable, "-c", "import numpy; print(numpy.ones(2).sum())"],
                      capture_output=True, text=True)
assert done.stdout == "2.0\\n", done
child = subprocess.Popen(["sleep", "60"])
CHILD
os.nice(1)
known = open("/proc/self/status").read()[:5]
print(known, len(os.listdir("/proc/self/fd")) > 3, os.cpu_count() > 0)
"""


@pytest.fixture
def kind():
    skip_where_missing("confined")
    return "confined"


def test_honest_code_works(printed):
    source = WORKS.replace("CHILD", "child.terminate(); child.wait()")
    assert printed(source).splitlines()[-1] == "Name: True True"


REACHES = """
import os, socket
def outcome(action):
    try:
        action()
    except OSError:
        return "no"
    return "YES"
parent = os.getppid()
print(*(outcome(action) for action in (
    lambda: os.listdir("/"), lambda: os.listdir("/proc"), lambda: open("/etc/passwd"),
    lambda: open(f"/proc/{parent}/environ"), lambda: open(f"/proc/{parent}/mem"),
    lambda: os.listdir(f"/proc/{parent}/fd"), lambda: os.kill(parent, 0),
    lambda: socket.socket(socket.AF_INET), lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    lambda: socket.socket(socket.AF_UNIX).connect("/run/any"), lambda: open("/tmp/any", "w"),
    lambda: os.link("/etc/hostname", "linked"), lambda: os.symlink("x", "/tmp/any"),
    lambda: open(COURSE), lambda: os.truncate(COURSE, 0), lambda: os.listdir(HIDDEN),
)))
"""


def test_nothing_else_can_be_reached(printed, sandbox_course, course_package):
    source = REACHES.replace("COURSE", repr(str(sandbox_course / "gradebook.db")))
    source = source.replace("HIDDEN", repr(str(course_package / "hidden_tests")))
    assert printed(source).split() == ["no"] * 16
    assert (sandbox_course / "gradebook.db").read_text() == "grades"


NAMES = """
import glob, os
for path in ("/proc/self/net/unix", "/proc/thread-self/net/unix", "/proc/net/unix",
             *glob.glob("/proc/self/task/*/net/tcp"), "/proc/self/net"):
    try:
        print(os.listdir(path) if path.endswith("net") else open(path).read())
    except OSError:
        print("no")
"""


def test_names_of_sockets_are_nobodys_message(printed):
    assert set(printed(NAMES).split()) == {"no"}


def test_notebooks_leave_nothing_to_each_other(open_notebook):
    leave = """
import os, pathlib, subprocess, tempfile
pathlib.Path.home().joinpath("left").write_text("x")
pathlib.Path(tempfile.gettempdir(), "left").write_text("x")
try:
    pathlib.Path("/dev/shm/poison-left").write_text("x")
except OSError:
    pass
subprocess.Popen(["sleep", "1000"], start_new_session=True)
print(os.getppid(), os.getuid())
"""
    look = """
import os, pathlib, tempfile
print(os.getppid(), os.getuid(), pathlib.Path.home().joinpath("left").exists(),
      pathlib.Path(tempfile.gettempdir(), "left").exists(), os.path.exists("/dev/shm/poison-left"))
"""
    with open_notebook() as session:
        parent, user = session.run(leave).outputs[0].text.split()
    with open_notebook() as session:
        parent_now, user_now, *there = session.run(look).outputs[0].text.split()
    assert parent == parent_now
    assert there == ["False"] * 3
    if may_switch():
        assert "0" not in (user, user_now)
        assert user != user_now


@pytest.mark.parametrize("what", ["docker", "rights"])
def test_it_holds_in_a_container_with_dockers_defaults(root, what):
    """The same tests, with what Docker takes away; at last from a root without any capability."""
    if os.geteuid() != 0:
        pytest.skip("an ordinary user has nothing that Docker would take away")
    command = [
        sys.executable,
        "-m",
        "engine.tests.taken_away",
        what,
        "--",
        sys.executable,
        "-m",
        "pytest",
    ]
    command += ["-q", "-p", "no:cacheprovider", "-k"]
    command += [
        "not dockers_defaults",
        __file__,
        str(root / "engine/tests/sandbox/linux/test_landlock.py"),
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    # Not below pytest's own folder: the paths of sockets have to be short.
    with tempfile.TemporaryDirectory() as folder:
        command += ["--basetemp", folder]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_shared_memory_is_for_those_whose_files_can_be_told(tmp_path):
    one = ServerConfig("confined", tmp_path, tmp_path, tmp_path, (), 0, exclusive=True)
    assert Confinement(one, user=5).shared_memory
    assert not Confinement(replace(one, exclusive=False), user=5).shared_memory
    assert not Confinement(one, user=5, reading=True).shared_memory
    assert not Confinement(one).shared_memory


def test_the_words_name_what_protects(tmp_path):
    one = ServerConfig("confined", tmp_path, tmp_path, tmp_path, (), 0)
    assert Confinement(one, user=5).describe().endswith("seccomp, a user id for each notebook)")
    assert Confinement(one).describe() == "confined (Landlock, seccomp)"
    bare = ServerConfig("none", tmp_path, tmp_path, tmp_path, (), 0)
    assert Confinement(bare).describe() == "none"
