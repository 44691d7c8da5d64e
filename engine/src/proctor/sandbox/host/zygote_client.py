"""The grader's side of a zygote, which all workers of a machine share."""

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
from proctor.sandbox.shared.bubblewrap import reserve_for, zygote_command_prefix
from proctor.sandbox.shared.limits import MIB
from proctor.sandbox.shared.protocol import Message, send
from proctor.sandbox.shared.server_config import SOCKETS_FOLDER, Plan, ServerConfig, ZygoteConfig

_BACKLOG = 1024
"""Maximum number of workers that wait for the imports."""
_LONGEST_PATH = 107
"""Maximum length of a unix socket's path in bytes."""
_SAMPLE_SOCKET_PATH = "12345678/1234567/k-5"
"""Sample path below the folder of all sockets, for its length."""


@contextmanager
def zygote(plan: Plan, folder: Path) -> Iterator[None]:
    """Start a zygote without waiting for it, and finally end it with all remaining servers.

    A server that is requested during the imports is forked once they are done. If there can be no
    zygote, because nested sandboxes or sandboxes in general can't be made, workers start standalone
    servers, and report the problem if those can't be started either.

    Args:
        plan: How its servers are started.
        folder: Its folder, which is created; to be passed to `ForkServer`.
    """
    with ExitStack() as stack:
        if plan.kind == "namespaces":
            with suppress(OSError, CourseError):
                stack.callback(_start(plan, folder).end)
        yield


@dataclass(frozen=True)
class _Zygote:
    """A zygote that runs, or has ended by itself.

    Attributes:
        control: It exits when this is closed.
        process: The outermost process of its sandbox.
        user: The user that it runs as, if not the grader's.
    """

    control: socket.socket
    process: subprocess.Popen[bytes]
    user: ReservedUser | None

    def end(self) -> None:
        """End it and all of its descendants."""
        self.control.close()
        end(self.process)
        if self.user is not None:
            self.user.close()


def _start(plan: Plan, folder: Path) -> _Zygote:
    if len(os.fsencode(folder / SOCKETS_FOLDER / _SAMPLE_SOCKET_PATH)) > _LONGEST_PATH:
        raise OSError("no socket can have such a long path")
    (folder / SOCKETS_FOLDER).mkdir(parents=True)
    with ExitStack() as undo:
        user = reserve_for(plan, folder)
        if user is not None:
            undo.callback(user.close)
        control, other = socket.socketpair()
        undo.callback(control.close)
        # Closed here, so that waiting workers notice if the zygote ends early.
        with other, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / LISTENER))
            listener.listen(_BACKLOG)
            wrapper = zygote_command_prefix(plan, folder, user)
            descriptors = (other.fileno(), listener.fileno())
            process = start(
                "proctor.sandbox.inside.zygote_server", plan, folder, wrapper, *descriptors
            )
        undo.pop_all()
    root_outside = os.geteuid() == 0 and user is None
    server_config = ServerConfig.in_namespaces(plan, root_outside=root_outside)
    config = ZygoteConfig(plan.digest, server_config, plan.scratch_mib * MIB)
    # If it has ended already, workers notice.
    with suppress(OSError):
        send(control, Message(config.to_json()))
    return _Zygote(control, process, user)
