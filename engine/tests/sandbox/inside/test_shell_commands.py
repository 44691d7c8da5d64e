"""``!`` in notebooks, without a terminal."""

import pytest

from engine.tests.sandboxes import skip_where_missing
from proctor.sandbox.inside.shell_commands import output, run

pytestmark = pytest.mark.sandbox


@pytest.fixture(params=["namespaces", "confined"])
def kind(request):
    skip_where_missing(request.param)
    return request.param


def test_what_a_command_writes_is_shown_and_its_status_kept(capsys):
    assert run("echo one; echo two >&2; exit 3") == 3
    assert capsys.readouterr().out == "one\ntwo\n"


def test_what_a_command_writes_is_handed_on():
    assert output("echo one; echo two >&2; printf '\\377'") == "one\ntwo\n\ufffd"


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
