"""Shell commands of a notebook (``!ls``, ``x = !ls``) without a terminal.

IPython runs them in a pseudo-terminal. The number of pseudo-terminals is limited for the whole
machine, so that one notebook could exhaust it for all others. The sandbox has none; commands write
to pipes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def without_terminals() -> None:
    """Let this process's IPython run commands with pipes; call it before the kernel starts."""
    from ipykernel import zmqshell
    from IPython.core import interactiveshell

    # IPython's own modules look them up by these names; there is no setting for it.
    vars(zmqshell)["system"] = run
    vars(interactiveshell).update(system=run, getoutput=output)


def run(command: str) -> int:
    """Run a command, and print its output as it arrives.

    Args:
        command: A line for the shell.

    Returns:
        Its exit status, or the negative number of the signal that ended it.
    """
    with _started(command) as process, _ended_with_this(process):
        for line in process.stdout or ():
            print(line, end="", flush=True)
    sys.stdout.flush()
    return process.returncode


def output(command: str) -> str:
    """Run a command, and return its output, standard error included."""
    with _started(command) as process, _ended_with_this(process):
        return process.communicate()[0]


@contextmanager
def _ended_with_this(process: subprocess.Popen[str]) -> Iterator[None]:
    """Kill a command, and what it has started, if the cell is interrupted."""
    try:
        yield
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        raise


def _started(command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S602 - a command of the notebook's own
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
