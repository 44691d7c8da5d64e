"""IPython without a kernel."""

from __future__ import annotations

import subprocess
import sys

from IPython.core.interactiveshell import InteractiveShell

SCRIPT = """
from proctor.remote.shell import cell_shell
shell = cell_shell()
shell.use_streams()
assert shell.run("print(1)\\n2") is None
shown = shell.outputs.take()
assert [o.get("text") or o["data"]["text/plain"] for o in shown] == ["1\\n", "2"], shown
assert shell.execution_count == 2
assert str(shell.run("x = 3\\nassert x == 4, 'no'")) == "no"
assert shell.outputs.take()[0]["traceback"] == ["AssertionError: no"]
assert shell.history_manager.exceptions[2] == []
assert shell.run("assert _ == 2") is None
"""


def test_a_cell_shows_its_outputs_and_an_exception_without_its_traceback():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_ipython_formats_exceptions_for_its_history_where_we_keep_it_from_that():
    assert callable(InteractiveShell._format_exception_for_storage)
