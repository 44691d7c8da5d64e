"""The fork server: imports once, then forks a kernel for each notebook.

It runs inside the sandbox, started as ``python -m proctor.sandbox.inside.server DESCRIPTOR``, where
the descriptor is a connected socket. It handles one notebook at a time; between two of them nothing
is left of the first, no process and no file. It never runs a line of student code itself, and it
stays single-threaded, because only then its children start from a sound state.
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
from proctor.sandbox.inside.challenge_files import ExchangeFolder
from proctor.sandbox.inside.child import Launch, become_kernel
from proctor.sandbox.inside.confinement import Confinement
from proctor.sandbox.inside.monitor import Monitor, Storage
from proctor.sandbox.inside.preload import preload
from proctor.sandbox.inside.scratch import FolderUsage, give_to, lay_out, wipe
from proctor.sandbox.linux.process_state import changes, process_state
from proctor.sandbox.linux.processes import adopt_orphans, end_all, end_with_parent, hide, reap
from proctor.sandbox.linux.shared_memory import SHARED_MEMORY, remove_owned
from proctor.sandbox.linux.users import ReservedUser, can_read, end_all_of, reserve_user
from proctor.sandbox.shared.limits import MIB, ResourceLimits, Termination, out_of_time
from proctor.sandbox.shared.protocol import ANY, Message, receive, send
from proctor.sandbox.shared.server_config import ServerConfig

_TICK = 0.1
"""Seconds between two looks at a running notebook."""


@dataclass
class Notebook:
    """The notebook that is being run.

    Attributes:
        limits: What it may use.
        exchange: Where its questions and answers lie.
        confinement: How its kernel gives up its rights.
        user: The user id that its processes have to themselves, if they have one.
        kernel: Process id of its kernel, once there is one.
        gate: A descriptor; the kernel begins when something is written to it.
        watch: Looks after the limits, once there is a kernel.
        ended: Why the kernel ended, once it has.
    """

    limits: ResourceLimits
    exchange: ExchangeFolder
    confinement: Confinement
    user: ReservedUser | None = None
    kernel: int | None = None
    gate: int | None = None
    watch: Monitor | None = None
    ended: Termination | None = None

    def close_gate(self) -> None:
        """Close the descriptor; a kernel that still waits ends itself."""
        if self.gate is not None:
            os.close(self.gate)
            self.gate = None

    def close(self) -> None:
        """Let go of what the server holds for it."""
        self.close_gate()
        self.exchange.close()
        if self.user is not None:
            self.user.close()


@dataclass
class Server:
    """Answers requests, one after the other; see the methods named ``do_...``."""

    connection: socket.socket
    surroundings: ServerConfig
    notebook: Notebook | None = field(default=None)
    state: Mapping[str, object] = field(default_factory=process_state)

    def run(self) -> None:
        """Serve until the grader closes the connection, or asks for nothing for too long."""
        while True:
            running = self.notebook is not None and self.notebook.watch is not None
            patience = _TICK if running else (self.surroundings.idle_seconds or None)
            if select.select([self.connection], [], [], patience)[0]:
                try:
                    request = receive(self.connection, blob_bytes=ANY)
                except EOFError:
                    return
                send(self.connection, self._answer(request))
            elif not running:
                return
            self._look()

    def _answer(self, request: Message) -> Message:
        handlers: dict[str, Callable[[Message], Message]] = {
            "lay_out": self.do_lay_out,
            "launch": self.do_launch,
            "start": self.do_start,
            "end": self.do_end,
            "signal": self.do_signal,
            "poll": self.do_poll,
            "memory": self.do_memory,
            "put": self.do_put,
            "get": self.do_get,
            "clear": self.do_clear,
        }
        try:
            return handlers[request.data["do"]](request)
        except OSError as error:
            return Message({"error": f"{type(error).__name__}: {error}"})

    def do_lay_out(self, request: Message) -> Message:
        """Make a notebook's folders, with the files in the blob, a tar."""
        here = self.surroundings
        lay_out(here.scratch, here.given, request.blob)
        user = reserve_user() if here.kind == "confined" else None
        if user is not None:
            give_to(here.scratch, user.number)
        self.notebook = Notebook(
            limits=ResourceLimits(**request.data["limits"]),
            exchange=ExchangeFolder(here.scratch / "exchange"),
            confinement=_confinement(here, user),
            user=user,
        )
        return Message()

    def do_launch(self, request: Message) -> Message:
        """Fork a kernel, which waits to be started."""
        notebook = self._notebook()
        sockets = self.surroundings.sockets / request.data["sockets"]
        launch = Launch(
            scratch=self.surroundings.scratch,
            sockets=sockets,
            connection={**request.data["connection"], "ip": str(sockets / "k")},
            limits=notebook.limits,
            confinement=notebook.confinement,
        )
        if notebook.user is not None:
            os.chown(sockets, notebook.user.number, notebook.user.number)
        wait, notebook.gate = os.pipe()
        kernel = os.fork()
        if kernel == 0:
            self.connection.close()
            os.close(notebook.gate)
            if os.read(wait, 1):
                os.close(wait)
                become_kernel(launch)
            os._exit(0)
        os.close(wait)
        notebook.kernel = kernel
        notebook.watch = Monitor(
            os.getpid(),
            notebook.limits,
            sockets=sockets,
            storage=_storage(notebook.confinement),
            enclosed=self.surroundings.enclosed,
        )
        return Message({"process": kernel})

    def do_start(self, _: Message) -> Message:
        """Let the kernel begin."""
        gate = self._notebook().gate
        if gate is not None:
            os.write(gate, b"\0")
        self._notebook().close_gate()
        return Message()

    def do_end(self, request: Message) -> Message:
        """End the notebook for a reason that shows only outside of the sandbox."""
        notebook = self._notebook()
        notebook.ended = Termination(request.data["reason"])
        self._end_processes(notebook)
        return Message()

    def do_signal(self, request: Message) -> Message:
        """Send the kernel a signal."""
        notebook = self._notebook()
        if notebook.kernel is not None and notebook.ended is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(notebook.kernel, request.data["signal"])
        return Message()

    def do_poll(self, _: Message) -> Message:
        """Say whether the kernel runs, and if not, why."""
        self._look()
        ended = None if self.notebook is None else self.notebook.ended
        return Message({"ended": None if ended is None else asdict(ended)})

    def do_memory(self, _: Message) -> Message:
        """Say how much memory the notebook needed at most since it was last asked."""
        self._look()
        watch = self._notebook().watch
        return Message({"bytes": 0 if watch is None else watch.take_peak()})

    def do_put(self, request: Message) -> Message:
        """Lay a question down."""
        self._notebook().exchange.put(request.data["name"], request.blob)
        return Message()

    def do_get(self, request: Message) -> Message:
        """Bring an answer."""
        found = self._notebook().exchange.get(request.data["name"], request.data["limit"])
        return Message({"there": found is not None}, found or b"")

    def do_clear(self, _: Message) -> Message:
        """End the notebook: nothing of it is left afterwards, or the server ends itself.

        Nor may this process be another than it was: what is forked from it would inherit that.
        """
        notebook, self.notebook = self.notebook, None
        clean = self._end_processes(notebook)
        enclosed = self.surroundings.enclosed
        folders = [self.surroundings.scratch, *([SHARED_MEMORY] if enclosed else [])]
        clean = all([clean, *(wipe(folder) for folder in folders)])
        if notebook is not None:
            clean = _remove_shared(notebook.confinement) and clean
            notebook.close()
        changed = changes(self.state, process_state())
        return Message({"clean": clean and not changed, "changed": changed})

    def _end_processes(self, notebook: Notebook | None) -> bool:
        if notebook is not None and notebook.user is not None:
            end_all_of(notebook.user.number)
        return end_all(os.getpid(), whole_namespace=self.surroundings.enclosed)

    def _notebook(self) -> Notebook:
        if self.notebook is None:
            raise OSError("no notebook is laid out")
        return self.notebook

    def _look(self) -> None:
        notebook = self.notebook
        codes = reap()
        if notebook is None or notebook.watch is None or notebook.ended is not None:
            return
        if notebook.kernel in codes:
            notebook.ended = _ending(codes[notebook.kernel], notebook.limits)
        elif (reason := _exceeded(notebook.watch)) is not None:
            notebook.ended = reason
            self._end_processes(notebook)


def _exceeded(watch: Monitor) -> Termination | None:
    try:
        return watch.exceeded()
    # Whatever a notebook makes a look stumble over, it is this notebook that ends.
    except Exception as error:
        traceback.print_exc()
        return Termination(f"the notebook can't be watched ({type(error).__name__})")


def _confinement(surroundings: ServerConfig, user: ReservedUser | None) -> Confinement:
    if user is None:
        return Confinement(surroundings)
    needed = [*surroundings.read, surroundings.given, Path(interpreter())]
    reading = not can_read(user.number, needed, passing=surroundings.scratch)
    return Confinement(surroundings, user.number, reading=reading)


def _storage(confinement: Confinement) -> Storage:
    here = confinement.surroundings
    if here.kind == "namespaces":
        return Storage(memory=(here.scratch, SHARED_MEMORY))
    if here.kind == "none":
        return Storage()
    return Storage(
        shared=SHARED_MEMORY if confinement.shared_memory else None,
        user=confinement.user,
        folder=FolderUsage(here.scratch, confinement.user),
        most=here.scratch_mib * MIB,
    )


def _remove_shared(confinement: Confinement) -> bool:
    """Remove what a notebook left in memory that it shared with others."""
    if not confinement.shared_memory or confinement.user is None:
        return True
    return remove_owned(SHARED_MEMORY, confinement.user)


def _ending(code: int, limits: ResourceLimits) -> Termination:
    if code >= 0:
        return Termination(f"the kernel died: it ended itself with status {code}")
    if code == -signal.SIGXCPU:
        return Termination(out_of_time(limits), timed_out=True)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return Termination(f"the kernel died: it was ended by signal {name}")


def settle() -> None:
    """Lose no process, show nothing of this one, and go on where a kernel is to be interrupted."""
    adopt_orphans()
    hide(True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _words(surroundings: ServerConfig) -> str:
    """What notebooks run in, for reports."""
    user = reserve_user() if surroundings.kind == "confined" else None
    try:
        return _confinement(surroundings, user).in_words()
    finally:
        if user is not None:
            user.close()


def serve_notebooks(connection: socket.socket, surroundings: ServerConfig, **told: Any) -> NoReturn:
    """Serve, and end with everything in the sandbox; what is told goes to the grader first."""
    try:
        hello = {"problem": None, "reusable": surroundings.reusable, **told}
        send(connection, Message({**hello, "words": _words(surroundings)}))
        Server(connection, surroundings).run()
        end_all(os.getpid(), whole_namespace=surroundings.enclosed)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def stay_behind(connection: socket.socket) -> None:
    """Go on in a child, and end whatever it leaves when it comes to its end.

    A process namespace ends with its first process. Where there is none, a server that is killed
    would leave its notebook's processes to the system; they are this process's to end instead.
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
    surroundings = ServerConfig.from_json(receive(connection).data)
    if not surroundings.enclosed:
        stay_behind(connection)
    settle()
    problem = preload(surroundings.preload, surroundings.scratch)
    if problem is not None:
        send(connection, Message({"problem": problem}))
        return 1
    serve_notebooks(connection, surroundings)


if __name__ == "__main__":
    raise SystemExit(main())
