"""The grader's side of a zygote: one for all workers of a machine."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from proctor.errors import CourseError
from proctor.sandbox.branch import LISTENER, SOCKETS
from proctor.sandbox.bubblewrap import around_zygote
from proctor.sandbox.enclosure import END_SECONDS
from proctor.sandbox.limits import MIB
from proctor.sandbox.plan import Plan
from proctor.sandbox.surroundings import Surroundings
from proctor.sandbox.wire import Message, send
from proctor.sandbox.zygote import Orders

_WAITING = 1024
"""Workers that may wait for the imports."""
_LONGEST_PATH = 107
"""Bytes of a unix socket's path."""
_SOCKET = "12345678/1234567/k-5"
"""What comes below the folder of all sockets."""


@contextmanager
def zygote(plan: Plan, folder: Path) -> Iterator[None]:
    """Start a zygote, without waiting for it, and end it with all servers that are left.

    A server that is asked for while it imports is there when it has. Where there can be none, for
    want of a sandbox within a sandbox or of a sandbox at all, workers start servers of their own,
    and tell what is wrong if those can't be started either.

    Args:
        plan: How its servers are started.
        folder: Its folder, which is made; `ForkServer` takes it.
    """
    with ExitStack() as stack:
        if plan.kind == "bubblewrap":
            with suppress(OSError, CourseError):
                stack.callback(_start(plan, folder).end)
        yield


@dataclass(frozen=True)
class _Zygote:
    """One that runs, or has ended by itself.

    Attributes:
        control: It ends when this is closed.
        process: The outermost process of its sandbox.
    """

    control: socket.socket
    process: subprocess.Popen[bytes]

    def end(self) -> None:
        """End it and all that descends from it."""
        self.control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=END_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _start(plan: Plan, folder: Path) -> _Zygote:
    if len(os.fsencode(folder / SOCKETS / _SOCKET)) > _LONGEST_PATH:
        raise OSError("no socket can have such a long path")
    (folder / SOCKETS).mkdir(parents=True)
    control, other = socket.socketpair()
    # Closed here: where it ends early, whoever waits for an answer is to know.
    with other, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / LISTENER))
        listener.listen(_WAITING)
        zygote = _Zygote(control, _run(plan, folder, other.fileno(), listener.fileno()))
    orders = Orders(plan.digest, Surroundings.sandboxed(plan), plan.scratch_mib * MIB)
    # Where it has ended already, workers find out.
    with suppress(OSError):
        send(control, Message(orders.to_json()))
    return zygote


def _run(plan: Plan, folder: Path, *descriptors: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "proctor.sandbox.zygote", *map(str, descriptors)]
    with (folder / "errors").open("wb") as errors:
        return subprocess.Popen(  # noqa: S603 - our own command
            [*around_zygote(plan, folder), "--", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=descriptors,
            env=dict(plan.environment),
            cwd="/",
            start_new_session=True,
        )
