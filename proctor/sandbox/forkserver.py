"""The grader's side of the fork server: start it, ask it, end it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal

from proctor.errors import CourseError
from proctor.sandbox.cgroups import ControlGroup, parents
from proctor.sandbox.limits import MIB, ResourceLimits
from proctor.sandbox.processes import outside
from proctor.sandbox.seccomp import seccomp_filter
from proctor.sandbox.view import GIVEN, SCRATCH, SOCKETS, View
from proctor.sandbox.watch import Ending, out_of_memory
from proctor.sandbox.wire import Message, receive, send
from proctor.temporary import TemporaryFolder

Kind = Literal["bubblewrap", "none"]

_REPLY_SECONDS = 60.0
"""The longest that a request takes, with a slow disk; a server that needs more is given up."""
_END_SECONDS = 5.0
_ACCOUNTS = "student:x:{user}:{group}:student:/scratch/home:/bin/sh\n"
_USER = "1000"


class ServerLostError(Exception):
    """The fork server ended or does not answer; the notebook has to be run again."""


@dataclass(frozen=True)
class Plan:
    """How a fork server is started; two equal plans can share one.

    Attributes:
        kind: The sandbox around it.
        preload: Modules that it imports.
        view: What it sees.
        environment: Its environment variables.
        scratch_mib: MiB of each file system that can be written.
        start_seconds: Seconds that the imports may take.
        idle_seconds: Seconds without work after which it ends; 0: never.
    """

    kind: Kind
    preload: tuple[str, ...]
    view: View
    environment: tuple[tuple[str, str], ...]
    scratch_mib: int
    start_seconds: int
    idle_seconds: int


class ForkServer:
    """A running fork server.

    Attributes:
        plan: How it was started.
        sandbox: What surrounds its notebooks, in words for reports.
        reusable: Whether a second notebook may run in it after a first one.
    """

    def __init__(self, plan: Plan) -> None:
        """Start it, and wait until its modules are imported.

        Raises:
            CourseError: bubblewrap is missing or may not work here, or a module that should be
                preloaded can't be imported.
        """
        self.plan = plan
        self._temporary = TemporaryFolder()
        self._folder = self._temporary.path
        self._numbers = count(1)
        self._connection, other = socket.socketpair()
        try:
            with other:
                self._process = self._start(other.fileno())
            landlock = self._greet()
        except BaseException:
            self.close()
            raise
        self.sandbox = _in_words(plan.kind, landlock, bool(parents()))
        self.reusable = landlock or plan.kind == "none"

    def _start(self, descriptor: int) -> subprocess.Popen[bytes]:
        for name in ("sockets", "scratch"):
            (self._folder / name).mkdir()
        command = [sys.executable, "-P", "-m", "proctor.sandbox.server", str(descriptor)]
        environment = dict(self.plan.environment)
        with (self._folder / "errors").open("wb") as errors, self._filter() as program:
            descriptors = [descriptor]
            if self.plan.kind == "bubblewrap":
                command = [*self._bubblewrap(program), "--", *command]
                descriptors += [] if program is None else [program]
            return subprocess.Popen(  # noqa: S603 - our own command
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=descriptors,
                env=environment,
                cwd="/",
                start_new_session=True,
            )

    @contextmanager
    def _filter(self) -> Iterator[int | None]:
        program = seccomp_filter()
        if program is None or self.plan.kind == "none":
            yield None
            return
        path = self._folder / "seccomp"
        path.write_bytes(program)
        with path.open("rb") as file:
            yield file.fileno()

    def _bubblewrap(self, program: int | None) -> list[str]:
        accounts = self._folder / "passwd"
        accounts.write_text(_ACCOUNTS.format(user=_USER, group=_USER))
        isolation = ["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"]
        if "--disable-userns" in _offered():
            isolation.append("--disable-userns")
        isolation += ["--cap-drop", "ALL", "--uid", _USER, "--gid", _USER, "--hostname", "sandbox"]
        filters = [] if program is None else ["--seccomp", str(program)]
        files = self.plan.view.arguments(
            self._folder / "sockets", accounts, self.plan.scratch_mib * MIB
        )
        return [_program(), *isolation, *filters, *files]

    def _greet(self) -> bool:
        self._connection.settimeout(self.plan.start_seconds)
        enclosed = self.plan.kind == "bubblewrap"
        setting = {
            "scratch": str(SCRATCH if enclosed else self._folder / "scratch"),
            "sockets": str(SOCKETS if enclosed else self._folder / "sockets"),
            "given": str(GIVEN if enclosed else self._gathered()),
            "preload": self.plan.preload,
            "enclosed": enclosed,
            "idle_seconds": self.plan.idle_seconds,
        }
        try:
            send(self._connection, Message(setting))
            hello = receive(self._connection).data
        except (OSError, EOFError) as error:
            raise CourseError(
                "Notebooks are run in a sandbox that bubblewrap makes.",
                found=self._errors() or f"no answer ({error})",
                where="the fork server",
                remedy="allow unprivileged user namespaces, give it more time with "
                "c.Sandbox.start_seconds, or accept the risk with --sandbox none",
            ) from error
        if hello["problem"] is not None:
            raise CourseError(
                "The modules that are preloaded can be imported.",
                found=hello["problem"],
                where="c.Sandbox.preload in nbgrader_config.py",
                remedy="install what is missing, or take it out of the list",
            )
        self._connection.settimeout(_REPLY_SECONDS)
        return bool(hello["landlock"])

    def _gathered(self) -> Path:
        """The assignment's public files in one folder, as links; the sandbox binds them instead."""
        folder = self._folder / "given"
        for inside, path in self.plan.view.given:
            link = folder / inside
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
        folder.mkdir(exist_ok=True)
        return folder

    def _errors(self) -> str:
        lines = (self._folder / "errors").read_text(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else ""

    @property
    def process(self) -> int:
        """Process id of the outermost process of the sandbox."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the server's process runs."""
        return self._process.poll() is None

    def ask(self, do: str, blob: bytes = b"", **data: Any) -> Message:
        """Send a request and wait for the reply.

        Raises:
            OSError: The server could not do it.
            ServerLostError: The server is gone, or does not answer.
        """
        try:
            send(self._connection, Message({"do": do, **data}, blob))
            reply = receive(self._connection)
        except (OSError, EOFError) as error:
            self.close()
            raise ServerLostError(str(error)) from error
        if "error" in reply.data:
            raise OSError(reply.data["error"])
        return reply

    @contextmanager
    def notebook(self, files: bytes, limits: ResourceLimits) -> Iterator[Place]:
        """Lay a notebook's folders out, and leave nothing of it behind.

        Args:
            files: The submission's own files as a tar.
            limits: What the notebook may use.

        Raises:
            OSError: The files could not be laid out.
            ServerLostError: The server is gone.
        """
        sockets = self._folder / "sockets" / str(next(self._numbers))
        sockets.parent.chmod(0o700)  # the notebook before may have taken our rights away
        sockets.mkdir()
        group = ControlGroup(parents(), limits) if parents() else None
        try:
            self.ask("lay_out", files, limits=asdict(limits))
            yield Place(self, sockets, group, limits)
        finally:
            self._clear()
            if group is not None:
                group.close()
            shutil.rmtree(sockets, ignore_errors=True)

    def _clear(self) -> None:
        try:
            clean = self.alive and self.ask("clear").data["clean"]
        except (OSError, ServerLostError):
            clean = False
        if not (clean and self.reusable):
            self.close()

    def close(self) -> None:
        """End the server and everything in its sandbox; harmless if it has ended."""
        self._connection.close()
        process = getattr(self, "_process", None)
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                # It ends its notebook and itself when the connection closes.
                process.wait(timeout=_END_SECONDS)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._temporary.close()


class Place:
    """Where one notebook runs.

    Attributes:
        sockets: The folder of its kernel's sockets, as seen from outside.
    """

    def __init__(
        self,
        server: ForkServer,
        sockets: Path,
        group: ControlGroup | None,
        limits: ResourceLimits,
    ) -> None:
        self.sockets = sockets
        self._server = server
        self._group = group
        self._limits = limits

    def launch(self, connection: Mapping[str, Any]) -> None:
        """Fork the kernel.

        Args:
            connection: Jupyter's connection information; its ``ip`` is ours to choose.

        Raises:
            OSError: It could not be put under the limits of its control group.
        """
        launched = self._server.ask(
            "launch", sockets=self.sockets.name, connection=dict(connection)
        )
        process = launched.data["process"]
        if self._group is not None:
            self._group.add(outside(self._server.process, process))
        self._server.ask("start")

    def signal(self, number: int) -> None:
        """Send the kernel a signal."""
        self._server.ask("signal", signal=number)

    def ending(self) -> Ending | None:
        """Why the kernel ended, or None while it runs."""
        if self._group is not None and self._group.out_of_memory():
            self._server.ask("end", reason=out_of_memory(self._limits))
        ended = self._server.ask("poll").data["ended"]
        return None if ended is None else Ending(**ended)

    def memory(self) -> int:
        """Bytes that the notebook needed at most since it was last asked; see `Watch.take_peak`."""
        return int(self._server.ask("memory").data["bytes"])

    def put(self, exercise: str, blob: bytes) -> None:
        """Lay a question down; see `ExchangeFolder.put`."""
        self._server.ask("put", blob, name=exercise)

    def get(self, exercise: str, limit: int) -> bytes | None:
        """Fetch an answer; see `ExchangeFolder.get`."""
        reply = self._server.ask("get", name=exercise, limit=limit)
        return reply.blob if reply.data["there"] else None


def _program() -> str:
    found = shutil.which("bwrap")
    if found is None:
        raise CourseError(
            "Notebooks are run in a sandbox that bubblewrap makes.",
            found="no program bwrap",
            where="the PATH",
            remedy="install it (apt install bubblewrap, dnf install bubblewrap), or accept that "
            "notebooks run with your own rights, with --sandbox none",
        )
    return found


def _offered() -> str:
    done = subprocess.run([_program(), "--help"], capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout + done.stderr


def _in_words(kind: Kind, landlock: bool, cgroups: bool) -> str:
    words = "none"
    if kind == "bubblewrap":
        words = "bubblewrap and Landlock" if landlock else "bubblewrap, anew for each notebook"
    return f"{words}; limits by control groups" if cgroups else words
