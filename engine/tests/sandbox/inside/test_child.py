"""How a fork becomes a kernel, and how this kernel differs from ipykernel's own."""

import io
import tarfile

import pytest

from engine.tests.hostile import SPEAK
from engine.tests.sandboxes import skip_where_missing
from engine.tests.sessions import printed_by
from proctor.sandbox.inside.child import command_output, run_command

pytestmark = pytest.mark.sandbox

LEFT = """
import os
with open("ran", "a") as file:
    file.write(__name__ + " " + " ".join(
        os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")
        if os.path.exists(f"/proc/self/fd/{n}")) + "\\n")
"""
NAMES = ("pdb", "code", "json", "zmq", "IPython", "ipykernel", "traitlets", "socket", "own_helper")


@pytest.fixture(params=["namespaces", "confined"])
def kind(request):
    skip_where_missing(request.param)
    return request.param


@pytest.fixture
def files():
    """A submission's own files that have the names of modules that a kernel imports."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in NAMES:
            info = tarfile.TarInfo(f"{name}.py")
            info.size = len(LEFT)
            tar.addfile(info, io.BytesIO(LEFT.encode()))
    return buffer.getvalue()


def test_files_beside_the_notebook_are_not_imported_by_the_kernel_as_it_starts(
    open_notebook, files
):
    with open_notebook(files) as session:
        text = printed_by(session, "import os\nprint(os.path.exists('ran') and open('ran').read())")
    # What the kernel imports later, from where the notebook's code runs, is the notebook's affair.
    assert "/errors" not in text


def test_a_notebook_can_import_its_own_files(open_notebook, files):
    with open_notebook(files) as session:
        assert printed_by(session, "import own_helper\nprint(open('ran').read())").startswith(
            "own_helper"
        )


def test_a_notebook_has_no_file_of_the_servers(printed):
    source = """
import os
print([path for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")
       and (path := os.readlink(f"/proc/self/fd/{n}")).startswith("/")
       and not path.startswith(("/dev/", "/proc/"))])
"""
    assert printed(source) == "[]\n"


def test_a_cell_that_prints_without_end_ends_with_an_error(open_notebook):
    with open_notebook(printed_mib=1) as session:
        run = session.run("while True:\n    print('x' * 1000)")
        assert "PrintLimitError: the cell printed more than 1,048,576" in run.error
        assert session.run("print('x' * 1000)").outputs[0].text == "x" * 1000 + "\n"


def test_the_count_begins_anew_with_each_cell(open_notebook):
    with open_notebook(printed_mib=1) as session:
        for _ in range(3):
            assert session.run("print('x' * 600_000)").error is None


def test_no_limit_is_no_limit(open_notebook):
    with open_notebook(printed_mib=0) as session:
        assert session.run("for _ in range(20): print('x' * 1000_000)").error is None


def test_a_kernel_waits_for_its_reader(open_notebook):
    # More than ZeroMQ's queue holds, and nobody reads it until all of it was shown.
    source = """
for number in range(3000):
    iopub("stream", {"name": "stdout", "text": str(number % 10)})"""
    with open_notebook() as session:
        run = session.run(SPEAK + source)
    assert run.error is None
    assert run.outputs[0].text == "0123456789" * 300


def test_what_a_command_writes_is_shown_and_its_status_kept(capsys):
    assert run_command("echo one; echo two >&2; exit 3") == 3
    assert capsys.readouterr().out == "one\ntwo\n"


def test_what_a_command_writes_is_handed_on():
    assert command_output("echo one; echo two >&2; printf '\\377'") == "one\ntwo\n\ufffd"


COMMANDS = """
name = "here"
!echo {name}
found = !echo a; echo b
print(found)
!exit 4
print(_exit_code)
"""


def test_a_notebook_runs_commands(printed):
    assert printed(COMMANDS).split("\n") == ["here", "['a', 'b']", "4", ""]


INTERRUPTED = """
import os, signal, threading
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
!sleep 60
"""


def test_an_interrupt_ends_a_command(open_notebook):
    with open_notebook() as session:
        assert "KeyboardInterrupt" in session.run(INTERRUPTED).error


def test_there_are_no_terminals(printed):
    source = "import os\ntry:\n    os.openpty()\nexcept OSError:\n    print('none')"
    assert printed(source) == "none\n"
