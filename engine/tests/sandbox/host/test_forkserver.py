import os
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from engine.tests.sandbox.family import all_end
from engine.tests.sandboxes import skip_where_missing
from engine.tests.sessions import printed_by, session_in
from proctor.execution.session import KernelLost, Limits
from proctor.sandbox.host.forkserver import ForkServer, ServerLostError
from proctor.sandbox.host.options import Sandbox
from proctor.sandbox.host.server_handle import StandaloneServer
from proctor.sandbox.linux.processes import descendants

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]


@pytest.fixture(params=["namespaces", "confined"])
def kind(request):
    skip_where_missing(request.param)
    return request.param


in_namespaces = pytest.mark.parametrize("kind", ["namespaces"], indirect=True)
CAN_READ = """
from pathlib import Path
def can(path):
    try:
        Path(path).read_bytes() if Path(path).is_file() else list(Path(path).iterdir())
        return "yes"
    except OSError:
        return "no"
for path in {paths!r}:
    print(can(path), path)
"""


def command_of(process):
    with suppress(FileNotFoundError):
        return Path(f"/proc/{process.pid}/cmdline").read_bytes()
    return b""


@in_namespaces
def test_a_notebook_finds_its_files_and_the_course_package(printed):
    source = (
        "import os, course_package; print(sorted(os.listdir('.')), open('data/table.csv').read(), "
        "os.path.dirname(course_package.__file__), os.environ['HOME'])"
    )
    text = printed(source)
    assert "['data'] a,b" in text
    assert text.strip().endswith("/course_package /course/autograded/scratch/home")


@in_namespaces
def test_nothing_else_can_be_read(printed, sandbox_course, root, course_package):
    paths = [
        str(sandbox_course / "gradebook.db"),
        str(sandbox_course / "source" / "lesson" / "lesson.ipynb"),
        str(root / "engine" / "README.md"),
        str(root / "engine" / "pyproject.toml"),
        str(root / "Makefile"),
        str(Path.home() / ".bashrc"),
        "/etc/shadow",
        "/proc/2/environ",
        "/proc/2/maps",
        "/proc/2/cwd",
        "/proc/2/fd/0",
    ]
    text = printed(CAN_READ.format(paths=paths))
    assert "yes" not in text
    assert text.count("no ") == len(paths)
    listing = printed(f"import os; print(os.listdir({str(course_package / 'hidden_tests')!r}))")
    assert listing.strip() == "[]"


@in_namespaces
def test_notebooks_share_a_server_and_nothing_else(open_notebook):
    leave = """
import os, pathlib, subprocess, sys, numpy
numpy.marker = sys.marker = "poison"
pathlib.Path("/tmp/left").write_text("x")
pathlib.Path("/dev/shm/left").write_text("x")
pathlib.Path.home().joinpath("left").write_text("x")
os.chmod("/course/autograded/scratch", 0)
subprocess.Popen(["sleep", "1000"], start_new_session=True)
print(os.getppid())
"""
    look = """
import os, sys, numpy
print([os.path.exists(f"{where}/left") for where in ("/tmp", "/dev/shm", os.environ["HOME"])])
print(hasattr(numpy, "marker"), hasattr(sys, "marker"))
running = [open(f"/proc/{name}/comm").read() for name in os.listdir("/proc") if name.isdigit()]
print([name for name in running if "sleep" in name])
print(os.getppid())
"""
    with open_notebook() as session:
        parent = session.run(leave).outputs[0].text.split()[-1]
    with open_notebook() as session:
        lines = session.run(look).outputs[0].text.splitlines()
    assert lines == ["[False, False, False]", "False False", "[]", parent]


def test_a_notebooks_processes_are_the_first_to_be_ended_when_the_machine_is_out_of_memory(printed):
    source = """
print(open("/proc/self/oom_score_adj").read())
try:
    open("/proc/self/oom_score_adj", "w").write("0")
except OSError as error:
    print(type(error).__name__)
"""
    assert printed(source).split() == ["1000", "PermissionError"]


def test_two_notebooks_draw_different_numbers(printed):
    source = "import random, numpy; print(random.random(), numpy.random.random())"
    one, other = printed(source).split(), printed(source).split()
    assert one[0] != other[0]
    assert one[1] != other[1]


@in_namespaces
def test_there_is_no_network(printed):
    source = """
import socket
for address in (("1.1.1.1", 53), ("127.0.0.1", 22)):
    try:
        socket.create_connection(address, timeout=2)
        print("connected")
    except OSError:
        print("refused")
print([line.split(":")[0].strip() for line in open("/proc/net/dev")][2:])
"""
    assert printed(source).split("\n")[:3] == ["refused", "refused", "['lo']"]


@pytest.mark.parametrize(
    ("source", "options", "word"),
    [
        (
            "import os\nfor _ in range(4): os.fork()\nx = [b'x' * (1 << 20) for _ in range(60)]\n"
            "import time; time.sleep(20)",
            {"memory_mib": 500},
            "500 MiB of memory",
        ),
        (
            "import os, time\nwhile True:\n    os.fork()",
            {"processes": 40},
            "more than 40 processes",
        ),
        (
            # Linux may refuse some of them before the monitor looks.
            "import threading, time\nfor _ in range(60):\n    try:\n"
            "        threading.Thread(target=time.sleep, args=(9,)).start()\n"
            "    except RuntimeError: pass\ntime.sleep(9)",
            {"processes": 40},
            "more than 40 processes",
        ),
        ("while True: pass", {"cpu_seconds": 1}, "1 seconds of processor time"),
        ("import os; os.kill(os.getpid(), 9)", {}, "SIGKILL"),
        ("import os; os._exit(7)", {}, "status 7"),
    ],
    ids=["memory", "forks", "threads", "processor", "killed", "exits"],
)
def test_a_limit_ends_the_notebook_and_says_which(open_notebook, printed, source, options, word):
    with open_notebook(**options) as session, pytest.raises(KernelLost, match=word):
        session.run(source)
    assert printed("print('the next one runs')").strip() == "the next one runs"


@in_namespaces
def test_a_full_scratch_folder_is_an_error_that_the_notebook_survives(open_notebook):
    fill = """
import os
try:
    for number in range(100):
        with open(f"/tmp/{number}", "wb") as file:
            file.write(bytes(10 << 20))
except OSError as error:
    print(error.strerror)
"""
    with open_notebook(scratch_mib=64) as session:
        assert session.run(fill).outputs[0].text.strip() == "No space left on device"


def test_a_cell_that_runs_too_long_is_interrupted(open_notebook):
    with open_notebook(limits=Limits(cell_seconds=1)) as session:
        run = session.run("import time\nwhile True: time.sleep(0.01)")
        assert run.timed_out
        assert session.run("print(1)").outputs[0].text == "1\n"


def test_a_server_that_was_killed_is_said_and_replaced(serve, no_files, kind):
    server = serve(kind=kind)
    with server.notebook(no_files, Sandbox().limits()) as slot:
        for process in psutil.Process().children(recursive=True):
            if b"proctor.sandbox.inside.server" in command_of(process):
                process.kill()
        with pytest.raises(ServerLostError):
            slot.termination()
    assert not server.alive
    assert serve(kind=kind) is not server
    assert serve(kind=kind) is serve(kind=kind)


@in_namespaces
def test_where_landlock_is_missing_every_notebook_gets_a_server(serve, no_files, kind, monkeypatch):
    serve(kind=kind).close()
    greet = StandaloneServer._greet
    monkeypatch.setattr(StandaloneServer, "_greet", lambda self: {**greet(self), "reusable": False})
    server = serve(kind=kind)
    with server.notebook(no_files, Sandbox().limits()):
        pass
    assert not server.alive


def test_without_a_sandbox_notebooks_run_all_the_same(printed, sandbox_course):
    text = printed(
        "import os; print(os.getcwd()); print(open('data/table.csv').read())", kind="none"
    )
    assert "a,b" in text
    assert (
        printed(
            f"print(open({str(sandbox_course / 'gradebook.db')!r}).read())", kind="none"
        ).strip()
        == "grades"
    )


def test_memory_is_told_since_it_was_last_asked_for(open_notebook):
    with open_notebook() as session:
        session.run("x = bytearray(64 << 20)")
        assert 60 << 20 < session.memory() < 200 << 20
        session.run("del x")
        session.memory()
        assert session.memory() < 40 << 20


CHANGES = """
import ctypes, os, resource
parent = os.getppid()
library = ctypes.CDLL(None)
for action in (
    lambda: resource.prlimit(parent, resource.RLIMIT_FSIZE, (1000, 1000)),
    lambda: os.sched_setscheduler(parent, os.SCHED_IDLE, os.sched_param(0)),
    lambda: os.sched_setaffinity(parent, {0}),
    lambda: os.setpriority(os.PRIO_PROCESS, parent, 19),
    lambda: os.setpriority(os.PRIO_USER, 0, 19),
    lambda: library.syscall(251, 1, parent, 3 << 13),
):
    try:
        action()
    except OSError:
        pass
print(parent)
"""


def test_a_notebook_changes_nothing_of_the_server_that_later_ones_are_forked_from(open_notebook):
    look = """
import os, resource
print(os.getppid(), resource.getrlimit(resource.RLIMIT_FSIZE)[0] > 1000, os.sched_getscheduler(0),
      os.getpriority(os.PRIO_PROCESS, 0), os.getpriority(os.PRIO_PROCESS, os.getppid()))
"""
    with open_notebook() as session:
        before = session.run(look).outputs[0].text
        session.run(CHANGES)
    with open_notebook() as session:
        assert session.run(look).outputs[0].text == before


def server_below(root, kernels=0):
    """The server's process itself, below those that started it and above its kernels."""
    found = []
    for process in (root, *descendants(root)):
        # A program that looks at the notebook's files has ended meanwhile.
        with suppress(FileNotFoundError):
            line = Path(f"/proc/{process}/cmdline").read_bytes()
            if b"proctor.sandbox.inside.server" in line and b"bwrap" not in line:
                found.append(process)
    inwards = sorted(found, key=lambda process: len(psutil.Process(process).parents()))
    return inwards[-1 - kernels]


def test_nothing_of_a_notebook_outlives_a_server_that_is_killed(serve, no_files, kind):
    server = serve(kind=kind)
    start = "import subprocess; subprocess.Popen(['sleep', '987'], start_new_session=True)"
    with session_in(server, no_files, Sandbox().limits()) as session:
        session.run(start)
        below = psutil.Process(server.process).children(recursive=True)
        assert any(b"987" in line for line in map(command_of, below))
        os.kill(server_below(server.process, kernels=1), 9)
    assert all_end(below)


def test_a_server_that_was_changed_all_the_same_forks_no_more(serve, no_files, kind, caplog):
    server = serve(kind=kind)
    process = server_below(server.process)
    with server.notebook(no_files, Sandbox().limits()):
        os.setpriority(os.PRIO_PROCESS, process, 5)
    assert not server.alive
    assert "a notebook changed its fork server: nice" in caplog.text
    assert serve(kind=kind) is not server


SEES = """
import os, sys
sys.path.append("../../..")
import helpers
print(helpers.VALUE, open("../../../lib/table.csv").read(), open({outside!r}).read())
for path in ("../../../helpers.py", "../../../lib/new", "../../new", {outside!r}):
    try:
        open(path, "a").write("changed")
    except OSError:
        print("kept")
"""


def test_notebooks_see_what_the_course_shares_and_cant_change_it(
    kind, sandbox_course, no_files, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("shared")
    (folder / "course" / "lib").mkdir(parents=True)
    (folder / "course" / "helpers.py").write_text("VALUE = 'helps'")
    (folder / "course" / "lib" / "table.csv").write_text("a table")
    outside = folder / "outside.txt"
    outside.write_text("of the machine")
    plan = Sandbox(kind=kind, share=[str(outside), "lib"]).plan(
        course=sandbox_course,
        packages=(),
        hidden=(),
        given=sandbox_course / "source" / "lesson",
        leave_out=(),
        shared=folder / "course",
    )
    server = ForkServer(plan)
    try:
        with session_in(server, no_files, Sandbox().limits()) as session:
            told = printed_by(session, SEES.format(outside=str(outside)))
    finally:
        server.close()
    assert told.split("\n")[0] == "helps a table of the machine"
    assert told.count("kept") == 4
    assert outside.read_text() == "of the machine"
