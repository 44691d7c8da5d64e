"""The zygote: imports once, then forks the fork servers of several workers.

It runs in a sandbox, started as ``python -m proctor.sandbox.inside.zygote_server CONTROL LISTENER``
with two sockets: on the first it receives its configuration, and it exits when this is closed; on
the second, workers request servers. No student code ever runs in this process or its sandbox: a
server enters its own sandbox before it receives its first request. The zygote stays
single-threaded, because a fork of a multi-threaded process may inherit locked locks.

Each server has a shim, as in containerd: the process that made its sandbox. The shim stays outside
of the sandbox, where the grader can kill it, and the server and everything in its sandbox end with
the shim.
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
from proctor.sandbox.inside.server import harden_process, serve_notebooks
from proctor.sandbox.linux.namespaces import enter
from proctor.sandbox.linux.processes import end_all, end_with_parent, reap
from proctor.sandbox.linux.seccomp import refuse_system_calls
from proctor.sandbox.linux.syscall_rules import BASE
from proctor.sandbox.shared.bubblewrap import nested_sandbox
from proctor.sandbox.shared.protocol import Message, receive, send
from proctor.sandbox.shared.server_config import ZygoteConfig

_TICK = 1.0
"""Interval in seconds at which ended processes are reaped."""
_INFO_BYTES = 4096


def serve(control: socket.socket, listener: socket.socket, config: ZygoteConfig) -> None:
    """Fork a shim for each worker that requests a server, until the control socket closes."""
    while control not in (ready := select.select([control, listener], [], [], _TICK)[0]):
        if listener in ready:
            connection, _ = listener.accept()
            if os.fork() == 0:
                control.close()
                listener.close()
                _run_shim(connection, config)
            connection.close()
        # Orphans of a killed shim: its sandbox stays until they are reaped.
        reap()


def _run_shim(connection: socket.socket, config: ZygoteConfig) -> NoReturn:
    """Make a sandbox, fork a server into it, and wait for the server's end."""
    shim = os.getpid()
    try:
        end_with_parent()
        request = receive(connection).data
        if request["plan"] != config.plan:
            raise ValueError("the zygote was started for another plan")
        holder, first = _sandbox(request["sockets"], config.scratch_bytes)
        enter(first)
        server = os.fork()
        if server == 0:
            _close_pipes(holder)
            harden_process()
            refuse_system_calls(BASE)
            serve_notebooks(connection, config.server, shim=shim)
        connection.close()
        os.waitpid(server, 0)
        _close_pipes(holder)
        holder.wait()
    except BaseException as error:
        with contextlib.suppress(OSError):
            send(connection, Message({"problem": f"{type(error).__name__}: {error}"}))
    finally:
        os._exit(0)


def _sandbox(sockets: str, scratch_bytes: int) -> tuple[subprocess.Popen[bytes], int]:
    """Make a sandbox that lives as long as this process; also returns the PID of its first process.

    Raises:
        OSError: The sandbox can't be made.
    """
    read_end, write_end = os.pipe()
    try:
        holder = subprocess.Popen(  # noqa: S603 - our own command
            nested_sandbox(sockets, scratch_bytes, write_end),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[write_end],
        )
        line = b"" if holder.stdout is None else holder.stdout.readline()
        if line != b"\n":
            raise OSError(line.decode(errors="replace").strip()[:300] or "no sandbox")
        return holder, int(json.loads(os.read(read_end, _INFO_BYTES))["child-pid"])
    finally:
        os.close(write_end)
        os.close(read_end)


def _close_pipes(holder: subprocess.Popen[bytes]) -> None:
    """Close the pipes that keep a sandbox alive: in the shim at its end, in its server at once."""
    for pipe in (holder.stdin, holder.stdout):
        if pipe is not None:
            pipe.close()


def main() -> int:
    """Entry point."""
    control, listener = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    config = ZygoteConfig.from_json(receive(control).data)
    harden_process()
    problem = preload(config.server.preload, config.server.scratch)
    if problem is not None:
        # A worker that waits for a server starts a standalone one, which reports the problem.
        print(problem, file=sys.stderr)
        return 1
    # Bubblewrap builds its new root in /tmp, which links here.
    (config.server.scratch / "tmp").mkdir()
    serve(control, listener, config)
    end_all(os.getpid(), whole_namespace=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
