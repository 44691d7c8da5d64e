"""The fork server: imports once, then forks a kernel for each notebook.

It runs inside the sandbox, started as ``python -m proctor.sandbox.server DESCRIPTOR``, where the
descriptor is a connected socket. It handles one notebook at a time; between two of them nothing
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
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from proctor.sandbox.child import Launch, become_kernel
from proctor.sandbox.exchange import ExchangeFolder
from proctor.sandbox.limits import ResourceLimits
from proctor.sandbox.preloading import preload
from proctor.sandbox.processes import adopt_orphans, end_all, hide, reap
from proctor.sandbox.scratch import lay_out, wipe
from proctor.sandbox.surroundings import Surroundings
from proctor.sandbox.watch import Ending, Watch, out_of_time
from proctor.sandbox.wire import Message, receive, send

_TICK = 0.1
"""Seconds between two looks at a running notebook."""


@dataclass
class Notebook:
    """The notebook that is being run.

    Attributes:
        limits: What it may use.
        exchange: Where its questions and answers lie.
        kernel: Process id of its kernel, once there is one.
        gate: A descriptor; the kernel begins when something is written to it.
        watch: Looks after the limits, once there is a kernel.
        ended: Why the kernel ended, once it has.
    """

    limits: ResourceLimits
    exchange: ExchangeFolder
    kernel: int | None = None
    gate: int | None = None
    watch: Watch | None = None
    ended: Ending | None = None

    def close_gate(self) -> None:
        """Close the descriptor; a kernel that still waits ends itself."""
        if self.gate is not None:
            os.close(self.gate)
            self.gate = None


@dataclass
class Server:
    """Answers requests, one after the other; see the methods named ``do_...``."""

    connection: socket.socket
    surroundings: Surroundings
    notebook: Notebook | None = field(default=None)

    def run(self) -> None:
        """Serve until the grader closes the connection, or asks for nothing for too long."""
        while True:
            running = self.notebook is not None and self.notebook.watch is not None
            patience = _TICK if running else (self.surroundings.idle_seconds or None)
            if select.select([self.connection], [], [], patience)[0]:
                try:
                    request = receive(self.connection)
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
        lay_out(self.surroundings.scratch, self.surroundings.given, request.blob)
        self.notebook = Notebook(
            limits=ResourceLimits(**request.data["limits"]),
            exchange=ExchangeFolder(self.surroundings.scratch / "exchange"),
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
            landlock=self.surroundings.landlock,
            own_users=self.surroundings.enclosed,
        )
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
        notebook.watch = Watch(
            os.getpid(),
            notebook.limits,
            sockets=sockets,
            scratch=self.surroundings.scratch if self.surroundings.enclosed else None,
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
        notebook.ended = Ending(request.data["reason"])
        end_all(os.getpid(), whole_namespace=self.surroundings.enclosed)
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
        """End the notebook: nothing of it is left afterwards, or the server ends itself."""
        if self.notebook is not None:
            self.notebook.close_gate()
        ended = end_all(os.getpid(), whole_namespace=self.surroundings.enclosed)
        self.notebook = None
        shm = Path("/dev/shm")  # noqa: S108 - a file system of the sandbox's own
        folders = [self.surroundings.scratch, *([shm] if self.surroundings.enclosed else [])]
        clean = all([wipe(folder) for folder in folders])
        return Message({"clean": ended and clean})

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
        elif (reason := notebook.watch.exceeded()) is not None:
            notebook.ended = reason
            end_all(os.getpid(), whole_namespace=self.surroundings.enclosed)


def _ending(code: int, limits: ResourceLimits) -> Ending:
    if code >= 0:
        return Ending(f"the kernel died: it ended itself with status {code}")
    if code == -signal.SIGXCPU:
        return Ending(out_of_time(limits), timed_out=True)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return Ending(f"the kernel died: it was ended by signal {name}")


def settle() -> None:
    """Lose no process, show nothing of this one, and go on where a kernel is to be interrupted."""
    adopt_orphans()
    hide(True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def become_server(connection: socket.socket, surroundings: Surroundings, **told: Any) -> NoReturn:
    """Serve, and end with everything in the sandbox; what is told goes to the grader first."""
    try:
        send(connection, Message({"problem": None, "landlock": surroundings.landlock, **told}))
        Server(connection, surroundings).run()
        end_all(os.getpid(), whole_namespace=surroundings.enclosed)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def main() -> int:
    """Entry point."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    surroundings = Surroundings.from_json(receive(connection).data)
    settle()
    problem = preload(surroundings.preload, surroundings.scratch)
    if problem is not None:
        send(connection, Message({"problem": problem}))
        return 1
    become_server(connection, surroundings)


if __name__ == "__main__":
    raise SystemExit(main())
