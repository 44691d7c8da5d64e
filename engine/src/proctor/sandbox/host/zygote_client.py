"""The grader's side of a zygote: one for all workers of a machine."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from proctor.errors import CourseError
from proctor.sandbox.host.server_handle import LISTENER, end, start
from proctor.sandbox.linux.users import ReservedUser
from proctor.sandbox.shared.bubblewrap import reserve_for, wrap_zygote
from proctor.sandbox.shared.limits import MIB
from proctor.sandbox.shared.protocol import Message, send
from proctor.sandbox.shared.server_config import SOCKETS_FOLDER, Plan, ServerConfig, ZygoteConfig

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
        if plan.kind == "namespaces":
            with suppress(OSError, CourseError):
                stack.callback(_start(plan, folder).end)
        yield


@dataclass(frozen=True)
class _Zygote:
    """One that runs, or has ended by itself.

    Attributes:
        control: It ends when this is closed.
        process: The outermost process of its sandbox.
        user: As whom it runs, if not as the grader.
    """

    control: socket.socket
    process: subprocess.Popen[bytes]
    user: ReservedUser | None

    def end(self) -> None:
        """End it and all that descends from it."""
        self.control.close()
        end(self.process)
        if self.user is not None:
            self.user.close()


def _start(plan: Plan, folder: Path) -> _Zygote:
    if len(os.fsencode(folder / SOCKETS_FOLDER / _SOCKET)) > _LONGEST_PATH:
        raise OSError("no socket can have such a long path")
    (folder / SOCKETS_FOLDER).mkdir(parents=True)
    user = reserve_for(plan, folder)
    control, other = socket.socketpair()
    # Closed here: where it ends early, whoever waits for an answer is to know.
    with other, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / LISTENER))
        listener.listen(_WAITING)
        module, wrapper = "proctor.sandbox.inside.zygote_server", wrap_zygote(plan, folder, user)
        process = start(module, plan, folder, wrapper, other.fileno(), listener.fileno())
    root_outside = os.geteuid() == 0 and user is None
    server_config = ServerConfig.in_namespaces(plan, root_outside=root_outside)
    config = ZygoteConfig(plan.digest, server_config, plan.scratch_mib * MIB)
    # Where it has ended already, workers find out.
    with suppress(OSError):
        send(control, Message(config.to_json()))
    return _Zygote(control, process, user)
