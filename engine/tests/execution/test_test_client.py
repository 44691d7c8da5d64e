"""The process for tests, without a notebook: nothing here is the student's."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading

import pytest

from proctor.execution.session import KernelLost, Limits
from proctor.execution.test_client import TestClient
from proctor.remote.link import SocketLink
from proctor.remote.student import StudentSide
from proctor.sandbox.host.options import Sandbox, warm_server

pytestmark = pytest.mark.sandbox

NAMES = {"student": [], "shared": [], "read": [], "hidden": []}


@pytest.fixture
def opened(plan_of, no_files, kind):
    """Start a process for tests."""

    @contextlib.contextmanager
    def start(*, begin=NAMES, **limits):
        plan = plan_of(kind=kind, preload=["numpy", "proctor.remote.test_process"])
        server = warm_server(plan, purpose="tests")
        ours, theirs = socket.socketpair()
        resources = Sandbox().limits()
        with ours, theirs, server.notebook(no_files, resources, trusted=True) as slot:
            threading.Thread(target=serve_nothing, args=(ours.dup(),), daemon=True).start()
            with contextlib.closing(TestClient(slot, theirs.fileno(), Limits(**limits))) as client:
                assert begin is None or client.begin(**begin) == ""
                yield client

    return start


def serve_nothing(connection):
    """Answer for a notebook that defines nothing."""
    side = StudentSide(SocketLink(connection), {})
    with connection, contextlib.suppress(EOFError, OSError):
        while True:
            side.serve()


def ask(client, source, **more):
    """Run a cell."""
    request = {"do": "run", "source": source, "allowed": [], **more}
    return asyncio.run(client.reply(request))


SHOWN = {
    "print(1); print(2)": ("stream", "1\n2\n"),
    "import sys; print('x', file=sys.stderr)": ("stream", "x\n"),
    "2 * 3": ("execute_result", "6"),
    "display(4)": ("display_data", "4"),
    "print('a'); from IPython.display import clear_output; clear_output(); print('b')": (
        "stream",
        "b\n",
    ),
    "%env USER": ("execute_result", "'student'"),
    "import asyncio; await asyncio.sleep(0, 'slept')": ("execute_result", "'slept'"),
    "1 / 0": ("error", "division by zero"),
    "def f(:": ("error", "invalid syntax (3985319604.py, line 1)"),
}


@pytest.mark.parametrize("source", SHOWN)
def test_what_a_test_shows_is_kept_as_in_a_notebook(opened, source):
    kind, text = SHOWN[source]
    with opened() as client:
        reply = ask(client, source).data
    (output,) = reply["outputs"]
    said = output.get("text") or output.get("evalue") or output["data"]["text/plain"]
    assert output["output_type"] == kind
    assert said.split(" (")[0] == text.split(" (")[0]
    assert reply["raised"] == (kind == "error")


@pytest.mark.parametrize(
    "source",
    [
        "assert eval('6 * 7') == 42",
        "exec('x = 1')",
        "!echo 42",
        "import os; os.system('true')",
        "import pickle; pickle.loads(b'cbuiltins\\nlen\\n.')",
        "import marshal; marshal.loads(marshal.dumps(1))",
        "import timeit; timeit.timeit('1', number=1)",
        "import typing\ndef f(x: '1 + 1'): pass\ntyping.get_type_hints(f)",
        "import doctest\ndef f(): '>>> 1\\n1'\ndoctest.run_docstring_examples(f, {})",
    ],
)
def test_a_test_runs_no_code_that_was_made_while_it_ran(opened, source):
    with opened() as client:
        failure = ask(client, source).data["failure"]
        assert failure["kind"] == "UnexpectedObjectError"
        assert "runs code" in failure["text"]
        # It is not refused later on, and not where libraries make code of their own.
        own = "import collections, dataclasses\nP = collections.namedtuple('P', 'a b')\n"
        own += "@dataclasses.dataclass\nclass D:\n    a: int = 1\nassert D() == D()"
        assert ask(client, own).data["failure"] is None


def test_a_picture_is_text(opened):
    source = (
        "from IPython.display import Image, display\ndisplay(Image(b'\\x89PNG\\r\\n\\x1a\\n..'))"
    )
    with opened() as client:
        (output,) = ask(client, source).data["outputs"]
    assert output["data"]["image/png"] == "iVBORw0KGgouLg=="


def test_what_is_printed_has_a_limit(opened):
    with opened(begin={**NAMES, "room": 1000}) as client:
        outputs = ask(client, "for _ in range(100): print('x' * 99)").data["outputs"]
        assert [len(o["text"]) for o in outputs] == [1000, len(outputs[1]["text"])]
        assert "more than 1,000 characters" in outputs[1]["text"]
        assert ask(client, "print('short')").data["outputs"][0]["text"] == "short\n"


def test_the_next_test_prints_whatever_one_has_done_to_the_streams(opened):
    with opened() as client:
        ask(client, "import sys, io, builtins; sys.stdout = io.StringIO(); sys.stderr = None")
        assert ask(client, "print('here')").data["outputs"][0]["text"] == "here\n"


def test_a_test_that_never_ends_is_interrupted(opened):
    with opened(cell_seconds=1) as client:
        reply = ask(client, "while True: pass")
        assert (reply.timed_out, reply.data["failure"]["kind"]) == (True, "KeyboardInterrupt")
        assert ask(client, "1").data["failure"] is None


def test_an_interrupt_that_comes_too_late_does_nothing(opened):
    with opened() as client:
        ask(client, "1")
        client.interrupt()
        client.interrupt()
        assert ask(client, "'still here'").data["failure"] is None


ENDS = {
    "import os; os._exit(3)": "exited with status 3",
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": "SIGKILL",
    "while True:\n    try:\n        while True: n = 1\n    except KeyboardInterrupt: pass": (
        "could not be interrupted"
    ),
}


@pytest.mark.parametrize("source", ENDS)
def test_a_process_that_is_gone_is_told_with_the_reason(opened, source):
    lost = pytest.raises(KernelLost, match=ENDS[source])
    with opened(cell_seconds=2, interrupt_seconds=1) as client, lost:
        ask(client, source)


def test_all_tests_of_a_notebook_share_its_time(opened):
    with opened(cell_seconds=30, notebook_seconds=2) as client:
        ask(client, "import time; time.sleep(1.2)")
        assert ask(client, "time.sleep(9)").timed_out
        with pytest.raises(KernelLost, match="used up 2 seconds"):
            ask(client, "1")


def test_what_can_not_begin_says_why(opened):
    with opened(begin=None) as client:
        assert "unexpected keyword argument 'wrong'" in client.begin(wrong=1, **NAMES)


def test_an_unknown_check_is_a_fault_of_the_course(opened):
    with opened() as client:
        request = {"do": "check", "module": "json", "name": "x", "seed": 1, "allowed": []}
        told = asyncio.run(client.reply(request)).data
    assert told["fault"].startswith("CourseError: ")
