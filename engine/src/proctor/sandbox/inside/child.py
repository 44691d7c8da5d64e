"""How a forked child becomes a Jupyter kernel, or calls a module: it gives up its rights first.

A cell that prints without end gets an error, and the kernel waits for a slow reader. Hostile code
can undo both; the grader then drops what it can't store. They are meant for honest loops, which end
with an error that states what happened.

Shell commands (``!ls``, ``x = !ls``) write to pipes, where IPython uses a pseudo-terminal. The
number of pseudo-terminals is limited for the whole machine, so that one notebook could exhaust it
for all others; the sandbox has none.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TextIO

import zmq
from ipykernel import zmqshell
from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp
from IPython.core import interactiveshell

from proctor.sandbox.inside.confinement import Confinement
from proctor.sandbox.linux.processes import end_with_parent, hide
from proctor.sandbox.shared.kernel_program import CONNECTION_FILE, KernelProgram
from proctor.sandbox.shared.limits import MIB, ResourceLimits

_FAILED = 70
"""Exit status of a child that could not become a kernel."""
_NICE = 10


@dataclass(frozen=True)
class Launch:
    """Parameters of a kernel.

    Attributes:
        scratch: The folder laid out by `lay_out`.
        sockets: The folder in which the kernel binds its sockets.
        connection: Jupyter's connection information, with paths as seen from inside.
        module: A module whose ``serve`` is called in place of a kernel, with ``kept``; empty: there
            is a kernel.
        program: The kernel, if it is a program of its own.
        limits: See `ResourceLimits`.
        confinement: How the child gives up its rights.
        kept: Descriptors that it keeps, besides the standard ones.
    """

    scratch: Path
    sockets: Path
    connection: Mapping[str, Any]
    module: str
    program: KernelProgram | None
    limits: ResourceLimits
    confinement: Confinement
    kept: tuple[int, ...] = ()


def become(launch: Launch) -> NoReturn:
    """Turn this freshly forked process into what is to be launched; never returns."""
    try:
        _prepare(launch)
        _give_up_rights(launch)
        # A file of the grader's, for errors that occur before notebook code may run.
        with os.fdopen(os.dup(2), "w") as errors:
            _close_streams()
            if launch.program is not None:
                _replace_with(launch.program, launch, errors)
            start = _module(launch, errors) if launch.module else _kernel(launch, errors)
    except BaseException:
        traceback.print_exc()
        os._exit(_FAILED)
    # Not earlier: files next to the notebook may have the names of modules that a kernel imports.
    sys.path.insert(0, "")
    start()
    os._exit(0)


def _prepare(launch: Launch) -> None:
    os.setsid()
    hide(False)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    home = launch.scratch / "home"
    os.environ.update(
        {
            "HOME": str(home),
            "TMPDIR": str(launch.scratch / "tmp"),
            "IPYTHONDIR": str(home / ".ipython"),
            "MPLCONFIGDIR": str(home / ".matplotlib"),
        }
    )
    # An imported library may have cached another folder.
    tempfile.tempdir = None
    os.chdir(launch.scratch / "work")
    # A fork inherits its parent's generators; two notebooks must not draw the same numbers.
    random.seed()
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed()


def _give_up_rights(launch: Launch) -> None:
    os.nice(_NICE)
    launch.limits.apply(own_users=launch.confinement.counted, others=launch.confinement.others())
    with suppress(OSError):
        # When the machine runs out of memory, no other process must be killed instead.
        Path("/proc/self/oom_score_adj").write_text("1000")
    launch.confinement.enter(launch.sockets, launch.kept)
    # Not earlier: a change of user undoes it.
    end_with_parent()


def _close_streams() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


@contextmanager
def _told(errors: TextIO) -> Iterator[None]:
    try:
        yield
    except BaseException:
        traceback.print_exc(file=errors)
        errors.flush()
        raise


def _replace_with(program: KernelProgram, launch: Launch, errors: TextIO) -> NoReturn:
    """Execute the program of a kernel in this process."""
    with _told(errors):
        file = str(_connection_file(launch))
        command = [part.replace(CONNECTION_FILE, file) for part in program.command]
        # Python ignores these two, which other programs don't expect.
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.execvpe(  # noqa: S606 - what the course's notebook names
            command[0], command, {"LANG": "C.UTF-8", **os.environ, **program.environment}
        )


def _connection_file(launch: Launch) -> Path:
    file = launch.scratch / "home" / "connection.json"
    file.write_text(json.dumps(launch.connection))
    return file


def _module(launch: Launch, errors: TextIO) -> Callable[[], None]:
    """A module's function, which waits to be called."""
    with _told(errors):
        _without_terminals()
        return partial(importlib.import_module(launch.module).serve, *launch.kept)


def _kernel(launch: Launch, errors: TextIO) -> Callable[[], None]:
    """A kernel that has bound its sockets, and waits to be started."""
    BoundedStream.limit = launch.limits.printed_mib * MIB
    with _told(errors):
        _without_terminals()
        file = _connection_file(launch)
        app = IPKernelApp.instance(
            log_level=50,
            outstream_class="proctor.sandbox.inside.child.BoundedStream",
            ignore_cwd=True,
        )
        app.initialize(["-f", str(file), "--HistoryManager.enabled=False"])  # type: ignore[no-untyped-call]
        _block_on_full_queue(app.iopub_thread)
        # IPython would format each exception a second time, for its history.
        vars(app.shell)["_format_exception_for_storage"] = lambda *_, **__: []
        start: Callable[[], None] = app.start
        return start


class PrintLimitError(RuntimeError):
    """A cell printed more than its limit."""


class BoundedStream(OutStream):
    """Counts what each cell prints.

    Attributes:
        limit: Characters that a cell may print on each of the two streams; 0: no limit.
    """

    limit: ClassVar[int] = 0
    _printed = 0
    _cell: object = None

    def write(self, string: str) -> int | None:  # type: ignore[override]
        """Print, unless the cell exceeds its limit.

        Raises:
            PrintLimitError: The cell exceeds its limit.
        """
        cell = self.parent_header.get("msg_id")
        if cell != self._cell:
            self._cell, self._printed = cell, 0
        self._printed += len(string)
        if self.limit and self._printed > self.limit:
            raise PrintLimitError(f"the cell printed more than {self.limit:,} characters")
        return super().write(string)


def _block_on_full_queue(thread: Any) -> None:
    """Make a kernel wait for a reader that is slower than it is.

    By default ZeroMQ drops what exceeds a queue of 1,000 messages. The message that reports the
    end of the cell may be among those dropped.

    Args:
        thread: The kernel's `ipykernel.iostream.IOPubThread`.
    """
    # Set by the thread that owns the socket, before it sends any later message.
    thread.schedule(lambda: thread.socket.setsockopt(zmq.XPUB_NODROP, 1))


def _without_terminals() -> None:
    """Let this process's IPython run commands with pipes; call it before the kernel starts."""
    # IPython's own modules look them up by these names; there is no setting for it.
    vars(zmqshell)["system"] = run_command
    vars(interactiveshell).update(system=run_command, getoutput=command_output)


def run_command(command: str) -> int:
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


def command_output(command: str) -> str:
    """Run a command, and return its output, standard error included."""
    with _started(command) as process, _ended_with_this(process):
        return process.communicate()[0]


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


@contextmanager
def _ended_with_this(process: subprocess.Popen[str]) -> Iterator[None]:
    """Kill a command, and what it has started, if the cell is interrupted."""
    try:
        yield
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        raise
