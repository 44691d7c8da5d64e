"""How a forked child becomes a Jupyter kernel: it gives up its rights, then starts."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TextIO

from proctor.sandbox.inside.challenge_files import VARIABLE
from proctor.sandbox.inside.confinement import Confinement
from proctor.sandbox.linux.processes import end_with_parent, hide
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
        limits: See `ResourceLimits`.
        confinement: How the child gives up its rights.
    """

    scratch: Path
    sockets: Path
    connection: Mapping[str, Any]
    limits: ResourceLimits
    confinement: Confinement


def become_kernel(launch: Launch) -> NoReturn:
    """Turn this freshly forked process into a kernel; never returns."""
    try:
        file = _prepare(launch)
        _give_up_rights(launch)
        # A file of the grader's, for errors that occur before notebook code may run.
        with os.fdopen(os.dup(2), "w") as errors:
            _close_streams()
            app = _kernel(file, launch.limits, errors)
    except BaseException:
        traceback.print_exc()
        os._exit(_FAILED)
    # Not earlier: files next to the notebook may have the names of modules that a kernel imports.
    sys.path.insert(0, "")
    app.start()
    os._exit(0)


def _prepare(launch: Launch) -> Path:
    os.setsid()
    hide(False)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    home = launch.scratch / "home"
    os.environ.update(
        {
            VARIABLE: str(launch.scratch / "exchange"),
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
    file = home / "connection.json"
    file.write_text(json.dumps(launch.connection))
    if launch.confinement.user is not None:
        os.chown(file, launch.confinement.user, launch.confinement.user)
    return file


def _give_up_rights(launch: Launch) -> None:
    os.nice(_NICE)
    launch.limits.apply(own_users=launch.confinement.counted, others=launch.confinement.others())
    with contextlib.suppress(OSError):
        # When the machine runs out of memory, no other process must be killed instead.
        Path("/proc/self/oom_score_adj").write_text("1000")
    launch.confinement.enter(launch.sockets)
    # Not earlier: a change of user undoes it.
    end_with_parent()


def _close_streams() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


def _kernel(file: Path, limits: ResourceLimits, errors: TextIO) -> Any:
    """A kernel that has bound its sockets, and waits to be started."""
    from ipykernel.kernelapp import IPKernelApp

    from proctor.sandbox.inside.shell_commands import without_terminals
    from proctor.sandbox.inside.streams import BoundedStream, block_on_full_queue

    BoundedStream.limit = limits.printed_mib * MIB
    try:
        without_terminals()
        app = IPKernelApp.instance(
            log_level=50,
            outstream_class="proctor.sandbox.inside.streams.BoundedStream",
            ignore_cwd=True,
        )
        app.initialize(["-f", str(file), "--HistoryManager.enabled=False"])  # type: ignore[no-untyped-call]
        block_on_full_queue(app.iopub_thread)
    except BaseException:
        traceback.print_exc(file=errors)
        errors.flush()
        raise
    return app
