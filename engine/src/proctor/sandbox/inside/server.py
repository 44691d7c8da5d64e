"""The fork server: imports once, then forks a kernel for each notebook.

It runs inside the sandbox, started as ``python -m proctor.sandbox.inside.server DESCRIPTOR``, where
the descriptor is a connected socket. It handles one notebook at a time, and removes all of its
processes and files before the next one. It never runs student code itself, and it stays
single-threaded, because a fork of a multi-threaded process may inherit locked locks.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from proctor.programs import interpreter
from proctor.sandbox.inside.confinement import Confinement
from proctor.sandbox.inside.monitor import Monitor, Storage
from proctor.sandbox.inside.preload import preload
from proctor.sandbox.inside.scratch import FolderUsage, give_to, lay_out, wipe
from proctor.sandbox.linux.process_state import changes, process_state
from proctor.sandbox.linux.processes import adopt_orphans, end_all, end_with_parent, hide, reap
from proctor.sandbox.linux.shared_memory import SHARED_MEMORY, remove_owned
from proctor.sandbox.linux.users import ReservedUser, can_read, kill_user_processes, reserve_user
from proctor.sandbox.shared.kernel_program import KernelProgram
from proctor.sandbox.shared.limits import MIB, ResourceLimits, Termination, time_message
from proctor.sandbox.shared.protocol import (
    ANY,
    LINK,
    Message,
    receive,
    receive_descriptors,
    send,
)
from proctor.sandbox.shared.server_config import ServerConfig

_POLL_SECONDS = 0.1
"""Interval at which a running notebook is checked."""


@dataclass
class Notebook:
    """The notebook that is being run.

    Attributes:
        limits: Its resource limits.
        confinement: How its kernel gives up its rights.
        user: Its own UID, if it has one.
        kernel: PID of its kernel, once there is one.
        is_program: Whether that is a program of its own.
        gate: Write end of a pipe; the kernel starts when a byte is written to it.
        monitor: Checks the limits, once there is a kernel.
        ended: Why the kernel ended, once it has.
    """

    limits: ResourceLimits
    confinement: Confinement
    user: ReservedUser | None = None
    kernel: int | None = None
    is_program: bool = False
    gate: int | None = None
    monitor: Monitor | None = None
    ended: Termination | None = None

    def close_gate(self) -> None:
        """Close the pipe; a kernel that still waits on it exits."""
        if self.gate is not None:
            os.close(self.gate)
            self.gate = None

    def close(self) -> None:
        """Release the resources that the server holds for it."""
        self.close_gate()
        if self.user is not None:
            self.user.close()


@dataclass
class Server:
    """Handles requests one after the other; see the methods named ``do_...``."""

    connection: socket.socket
    config: ServerConfig
    notebook: Notebook | None = field(default=None)
    state: Mapping[str, object] = field(default_factory=process_state)

    def run(self) -> None:
        """Serve until the grader closes the connection, or sends no request for too long."""
        while True:
            running = self.notebook is not None and self.notebook.monitor is not None
            timeout = _POLL_SECONDS if running else (self.config.idle_seconds or None)
            if select.select([self.connection], [], [], timeout)[0]:
                try:
                    request = receive(self.connection, blob_bytes=ANY)
                except EOFError:
                    return
                send(self.connection, self._answer(request))
            elif not running:
                return
            self._check()

    def _answer(self, request: Message) -> Message:
        handlers: dict[str, Callable[[Message], Message]] = {
            "lay_out": self.do_lay_out,
            "launch": self.do_launch,
            "start": self.do_start,
            "end": self.do_end,
            "signal": self.do_signal,
            "poll": self.do_poll,
            "memory": self.do_memory,
            "clear": self.do_clear,
        }
        try:
            return handlers[request.data["do"]](request)
        except OSError as error:
            return Message({"error": f"{type(error).__name__}: {error}"})

    def do_lay_out(self, request: Message) -> Message:
        """Create a notebook's folders and unpack its files, a tar archive in the blob."""
        config = self.config
        # A link is no danger where the files can't be written.
        linked = request.data["trusted"] and config.kind != "none"
        lay_out(config.scratch, config.given, request.blob, linked=linked)
        user = reserve_user() if config.kind == "confined" else None
        if user is not None:
            give_to(config.scratch, user.uid)
        self.notebook = Notebook(
            limits=ResourceLimits(**request.data["limits"]),
            confinement=_confinement(config, user),
            user=user,
        )
        return Message()

    def do_launch(self, request: Message) -> Message:
        """Fork a kernel, or a process that calls a module, which waits for `do_start`."""
        # Not before `preload`, which imports ipykernel in folders that are emptied afterwards.
        from proctor.sandbox.inside.child import Launch, become

        inherited = receive_descriptors(self.connection, request.data["descriptors"])
        notebook = self._notebook()
        sockets = self.config.sockets / request.data["sockets"]
        program = request.data.get("program")
        launch = Launch(
            scratch=self.config.scratch,
            sockets=sockets,
            connection={**request.data.get("connection", {}), "ip": str(sockets / "k")},
            module=request.data.get("module", ""),
            program=None if program is None else KernelProgram.from_json(program),
            limits=notebook.limits,
            confinement=notebook.confinement,
            kept=tuple(range(LINK, LINK + len(inherited))),
        )
        if notebook.user is not None:
            os.chown(sockets, notebook.user.uid, notebook.user.uid)
        wait, notebook.gate = os.pipe()
        kernel = os.fork()
        if kernel == 0:
            for descriptor, number in zip(inherited, launch.kept, strict=True):
                os.dup2(descriptor, number, inheritable=False)
            self.connection.close()
            os.close(notebook.gate)
            if os.read(wait, 1):
                os.close(wait)
                become(launch)
            os._exit(0)
        os.close(wait)
        for descriptor in inherited:
            os.close(descriptor)
        notebook.kernel = kernel
        notebook.is_program = program is not None
        notebook.monitor = Monitor(
            os.getpid(),
            notebook.limits,
            sockets=sockets,
            storage=_storage(notebook.confinement),
            own_namespaces=self.config.own_namespaces,
        )
        return Message({"process": kernel})

    def do_start(self, _: Message) -> Message:
        """Let the kernel start."""
        gate = self._notebook().gate
        if gate is not None:
            os.write(gate, b"\0")
        self._notebook().close_gate()
        return Message()

    def do_end(self, request: Message) -> Message:
        """End the notebook for a reason that the grader passes."""
        notebook = self._notebook()
        notebook.ended = Termination(request.data["reason"])
        self._end_processes(notebook)
        return Message()

    def do_signal(self, request: Message) -> Message:
        """Send the kernel a signal."""
        notebook = self._notebook()
        if notebook.kernel is not None and notebook.ended is None:
            with contextlib.suppress(ProcessLookupError):
                # As Jupyter does: the program may be a script that waits for the real one.
                send_to = os.killpg if notebook.is_program else os.kill
                send_to(notebook.kernel, request.data["signal"])
        return Message()

    def do_poll(self, _: Message) -> Message:
        """Report why the kernel ended, if it has."""
        self._check()
        ended = None if self.notebook is None else self.notebook.ended
        return Message({"ended": None if ended is None else asdict(ended)})

    def do_memory(self, _: Message) -> Message:
        """Report the peak memory since the last call."""
        self._check()
        monitor = self._notebook().monitor
        return Message({"bytes": 0 if monitor is None else monitor.take_peak()})

    def do_clear(self, _: Message) -> Message:
        """End the notebook and remove everything that it left.

        Also reports whether a notebook has changed the state of this process, which every kernel
        forked later would inherit; the grader then replaces the server.
        """
        notebook, self.notebook = self.notebook, None
        clean = self._end_processes(notebook)
        own_namespaces = self.config.own_namespaces
        folders = [self.config.scratch, *([SHARED_MEMORY] if own_namespaces else [])]
        clean = all([clean, *(wipe(folder) for folder in folders)])
        if notebook is not None:
            clean = _remove_shared(notebook.confinement) and clean
            notebook.close()
        changed = changes(self.state, process_state())
        return Message({"clean": clean and not changed, "changed": changed})

    def _end_processes(self, notebook: Notebook | None) -> bool:
        if notebook is not None and notebook.user is not None:
            kill_user_processes(notebook.user.uid)
        return end_all(os.getpid(), whole_namespace=self.config.own_namespaces)

    def _notebook(self) -> Notebook:
        if self.notebook is None:
            raise OSError("no notebook is open")
        return self.notebook

    def _check(self) -> None:
        notebook = self.notebook
        codes = reap()
        if notebook is None or notebook.monitor is None or notebook.ended is not None:
            return
        if notebook.kernel in codes:
            notebook.ended = _termination(codes[notebook.kernel], notebook.limits)
        elif (reason := _exceeded(notebook.monitor)) is not None:
            notebook.ended = reason
            self._end_processes(notebook)


def _exceeded(monitor: Monitor) -> Termination | None:
    try:
        return monitor.exceeded()
    # An error that a notebook provokes in its monitor must end this notebook, not the server.
    except Exception as error:
        traceback.print_exc()
        return Termination(f"the notebook can't be watched ({type(error).__name__})")


def _confinement(config: ServerConfig, user: ReservedUser | None) -> Confinement:
    if user is None:
        return Confinement(config)
    needed = [*config.read, config.given, Path(interpreter())]
    reading = not can_read(user.uid, needed, passing=config.scratch)
    return Confinement(config, user.uid, reading=reading)


def _storage(confinement: Confinement) -> Storage:
    config = confinement.config
    if config.kind == "namespaces":
        return Storage(memory=(config.scratch, SHARED_MEMORY))
    if config.kind == "none":
        return Storage()
    return Storage(
        shared=SHARED_MEMORY if confinement.shared_memory else None,
        user=confinement.user,
        folder=FolderUsage(config.scratch, confinement.user),
        max_bytes=config.scratch_mib * MIB,
    )


def _remove_shared(confinement: Confinement) -> bool:
    """Remove a notebook's files from memory that it shared with others."""
    if not confinement.shared_memory or confinement.user is None:
        return True
    return remove_owned(SHARED_MEMORY, confinement.user)


def _termination(code: int, limits: ResourceLimits) -> Termination:
    if code >= 0:
        return Termination(f"the kernel died: it exited with status {code}")
    if code == -signal.SIGXCPU:
        return Termination(time_message(limits), timed_out=True)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return Termination(f"the kernel died: it was killed by signal {name}")


def harden_process() -> None:
    """Adopt orphans, hide this process from others of its user, and ignore interrupts."""
    adopt_orphans()
    hide(True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _describe(config: ServerConfig) -> str:
    """Description of the sandbox, for reports."""
    user = reserve_user() if config.kind == "confined" else None
    try:
        return _confinement(config, user).describe()
    finally:
        if user is not None:
            user.close()


def serve_notebooks(connection: socket.socket, config: ServerConfig, **greeting: Any) -> NoReturn:
    """Greet the grader, serve, and finally kill everything in the sandbox."""
    try:
        hello = {"problem": None, "reusable": config.reusable, **greeting}
        send(connection, Message({**hello, "description": _describe(config)}))
        Server(connection, config).run()
        end_all(os.getpid(), whole_namespace=config.own_namespaces)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def fork_under_reaper(connection: socket.socket) -> None:
    """Continue in a child; the parent kills whatever the child leaves when it ends.

    A PID namespace ends with its first process. Where there is none, the processes of a notebook
    whose server is killed would be left to init; the parent, a subreaper, ends them instead.
    """
    adopt_orphans()
    hide(True)
    server = os.fork()
    if server == 0:
        end_with_parent()
        return
    connection.close()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    while os.wait()[0] != server:
        continue
    end_all(os.getpid(), whole_namespace=False)
    os._exit(0)


def main() -> int:
    """Entry point."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    config = ServerConfig.from_json(receive(connection).data)
    if not config.own_namespaces:
        fork_under_reaper(connection)
    harden_process()
    problem = preload(config.preload, config.scratch)
    if problem is not None:
        send(connection, Message({"problem": problem}))
        return 1
    serve_notebooks(connection, config)


if __name__ == "__main__":
    raise SystemExit(main())
