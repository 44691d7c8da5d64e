"""The zygote: imports once, and from it are forked the fork servers of several workers.

It runs in a sandbox, started as ``python -m proctor.sandbox.inside.zygote_server CONTROL LISTENER``
with two sockets: the first brings its configuration and ends it when it is closed, at the second
workers ask for servers. No line of student code is ever run in this process or its sandbox: a
server goes into a sandbox of its own before it is given anything to do. It stays single-threaded,
because only then what is forked from it starts from a sound state.

Each server has a keeper, the process that made its sandbox. It stays outside, where the grader can
end it, and the server ends with it, with everything in that sandbox.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
from typing import NoReturn

from proctor.sandbox.inside.preload import preload
from proctor.sandbox.inside.server import serve_notebooks, settle
from proctor.sandbox.linux.namespaces import enter
from proctor.sandbox.linux.processes import end_all, end_with_parent, reap
from proctor.sandbox.linux.seccomp import refuse_system_calls
from proctor.sandbox.linux.syscall_rules import BASE
from proctor.sandbox.shared.bubblewrap import inside_zygote
from proctor.sandbox.shared.protocol import Message, receive, send
from proctor.sandbox.shared.server_config import ZygoteConfig

_TICK = 1.0
"""Seconds between two looks at what has ended."""
_TOLD_BYTES = 4096


def serve(control: socket.socket, listener: socket.socket, orders: ZygoteConfig) -> None:
    """Fork a keeper for each worker that asks, until the grader closes its connection."""
    while control not in (ready := select.select([control, listener], [], [], _TICK)[0]):
        if listener in ready:
            connection, _ = listener.accept()
            if os.fork() == 0:
                control.close()
                listener.close()
                _keep(connection, orders)
            connection.close()
        # What a keeper leaves that was killed: its sandbox is not gone before that is collected.
        reap()


def _keep(connection: socket.socket, orders: ZygoteConfig) -> NoReturn:
    """Make a sandbox, fork a server into it, and wait for its end."""
    keeper = os.getpid()
    try:
        end_with_parent()
        request = receive(connection).data
        if request["plan"] != orders.plan:
            raise ValueError("it was started for another plan")
        holder, first = _sandbox(request["sockets"], orders.scratch_bytes)
        enter(first)
        server = os.fork()
        if server == 0:
            _let_go(holder)
            settle()
            refuse_system_calls(BASE)
            serve_notebooks(connection, orders.surroundings, keeper=keeper)
        connection.close()
        os.waitpid(server, 0)
        _let_go(holder)
        holder.wait()
    except BaseException as error:
        with contextlib.suppress(OSError):
            send(connection, Message({"problem": f"{type(error).__name__}: {error}"}))
    finally:
        os._exit(0)


def _sandbox(sockets: str, scratch_bytes: int) -> tuple[subprocess.Popen[bytes], int]:
    """A sandbox that is there as long as this process; with the id of its first process.

    Raises:
        OSError: It can't be made.
    """
    told, tell = os.pipe()
    try:
        holder = subprocess.Popen(  # noqa: S603 - our own command
            inside_zygote(sockets, scratch_bytes, tell),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[tell],
        )
        line = b"" if holder.stdout is None else holder.stdout.readline()
        if line != b"\n":
            raise OSError(line.decode(errors="replace").strip()[:300] or "no sandbox")
        return holder, int(json.loads(os.read(told, _TOLD_BYTES))["child-pid"])
    finally:
        os.close(tell)
        os.close(told)


def _let_go(holder: subprocess.Popen[bytes]) -> None:
    """Close what keeps a sandbox alive: the keeper at its end, and its server from the start."""
    for pipe in (holder.stdin, holder.stdout):
        if pipe is not None:
            pipe.close()


def main() -> int:
    """Entry point."""
    control, listener = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    orders = ZygoteConfig.from_json(receive(control).data)
    settle()
    problem = preload(orders.surroundings.preload, orders.surroundings.scratch)
    if problem is not None:
        # Who waits for a server starts one without a zygote, and tells the problem to people.
        print(problem, file=sys.stderr)
        return 1
    # Bubblewrap builds a sandbox in /tmp, which leads here.
    (orders.surroundings.scratch / "tmp").mkdir()
    serve(control, listener, orders)
    end_all(os.getpid(), whole_namespace=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
