"""The grader's handle to a running fork server, however the server was started."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from proctor.errors import CourseError
from proctor.files.temporary import TemporaryFolder
from proctor.programs import interpreter
from proctor.sandbox.host.public_copies import MODULES, copied, copy_mounts, link_mounts, readable
from proctor.sandbox.linux.users import ReservedUser, allow_traversal, copy_owner
from proctor.sandbox.shared.bubblewrap import reserve_for, server_command_prefix
from proctor.sandbox.shared.protocol import Message, receive, send
from proctor.sandbox.shared.server_config import (
    COURSE_FOLDER,
    SOCKETS_FOLDER,
    Plan,
    ServerConfig,
    scratch_of,
)

END_SECONDS = 5.0
"""How long a server may take to exit once its connection is closed."""


class ServerHandle(Protocol):
    """A running server and its sandbox."""

    @property
    def connection(self) -> socket.socket:
        """Connection to the server, which exits when this is closed."""

    @property
    def sockets(self) -> Path:
        """The folder of its kernels' sockets, as seen from outside."""

    @property
    def process(self) -> int:
        """PID of a process outside of the sandbox from which the server descends."""

    @property
    def reusable(self) -> bool:
        """Whether its kernels can't reach it, so that it can serve several notebooks."""

    @property
    def description(self) -> str:
        """Description of its sandbox, for reports."""

    @property
    def alive(self) -> bool:
        """Whether it runs."""

    def close(self) -> None:
        """End it and everything in its sandbox; may be called again."""


LISTENER = "listener"
"""Name of the socket, in a zygote's folder, on which it listens."""


class NoForkedServerError(Exception):
    """There is no zygote, it has another plan, or it can't make a sandbox here."""


class ForkedServer:
    """A server forked from a zygote; see `ServerHandle`."""

    def __init__(self, plan: Plan, zygote: Path) -> None:
        """Request a server from the zygote, and wait until its modules are imported.

        Args:
            plan: How it is started.
            zygote: The zygote's folder.

        Raises:
            NoForkedServerError: The zygote provides no server.
        """
        self._shim: int | None = None
        self.connection = socket.socket(socket.AF_UNIX)
        self.sockets = Path()
        try:
            self.connection.settimeout(plan.start_seconds)
            self.connection.connect(str(zygote / LISTENER))
            self.sockets = Path(tempfile.mkdtemp(dir=zygote / SOCKETS_FOLDER, prefix=""))
            copy_owner(self.sockets, zygote / SOCKETS_FOLDER)
            request = {"plan": plan.digest, "sockets": self.sockets.name}
            send(self.connection, Message(request))
            greeting = receive(self.connection).data
            if greeting["problem"] is not None:
                raise NoForkedServerError(greeting["problem"])
            self.process = greeting["shim"]
            self._shim = os.pidfd_open(self.process)
            self.reusable = bool(greeting["reusable"])
            self.description = str(greeting["description"])
        except (OSError, EOFError) as error:
            self.close()
            raise NoForkedServerError(str(error)) from error
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """See `ServerHandle.alive`."""
        return self._shim is not None and not self._ended(0)

    def close(self) -> None:
        """See `ServerHandle.close`."""
        self.connection.close()
        if self._shim is not None:
            # The server ends its notebook and itself when the connection closes, and its shim
            # with it; everything in the sandbox ends with the shim, however that ends.
            if not self._ended(END_SECONDS):
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._shim, signal.SIGKILL)
                self._ended(END_SECONDS)
            os.close(self._shim)
            self._shim = None
        if self.sockets.name:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _ended(self, seconds: float) -> bool:
        """Whether the shim ends within some seconds."""
        return self._shim is None or bool(select.select([self._shim], [], [], seconds)[0])


class StandaloneServer:
    """A server that is a child of this process; see `ServerHandle`."""

    def __init__(self, plan: Plan) -> None:
        """Start it, and wait until its modules are imported.

        Raises:
            CourseError: The sandbox can't be made here, or a module that should be preloaded
                can't be imported.
        """
        self._plan = plan
        self._temporary = TemporaryFolder(short=True)
        self._folder = self._temporary.path
        self.sockets = self._folder / SOCKETS_FOLDER
        self._user: ReservedUser | None = None
        self.connection, other = socket.socketpair()
        try:
            with other:
                self._process = self._start(other.fileno())
            greeting = self._greet()
        except BaseException:
            self.close()
            raise
        self.reusable, self.description = bool(greeting["reusable"]), str(greeting["description"])

    @property
    def process(self) -> int:
        """PID of the outermost process of the sandbox."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """See `ServerHandle.alive`."""
        return self._process.poll() is None

    def close(self) -> None:
        """See `ServerHandle.close`."""
        self.connection.close()
        if hasattr(self, "_process"):
            # The server ends its notebook and itself when the connection closes.
            end(self._process)
        if self._user is not None:
            self._user.close()
        self._temporary.close()

    def _start(self, descriptor: int) -> subprocess.Popen[bytes]:
        for folder in (self.sockets, scratch_of(self._folder)):
            folder.mkdir(parents=True)
        module = "proctor.sandbox.inside.server"
        if self._plan.kind == "namespaces":
            self._user = reserve_for(self._plan, self._folder)
            with server_command_prefix(self._plan, self._folder, self._user) as (
                wrapper,
                inherited,
            ):
                return start(
                    module, self._plan, self._folder, wrapper, descriptor, inherited=inherited
                )
        environment = {}
        if self._plan.kind == "confined":
            copy_mounts(self._plan.mounts, self._folder)
            environment["PYTHONPATH"] = str(self._folder / MODULES)
            allow_traversal(self._folder)
        else:
            link_mounts(self._plan.mounts, self._folder)
        return start(module, self._plan, self._folder, (), descriptor, environment=environment)

    def _config(self) -> ServerConfig:
        if self._plan.kind == "namespaces":
            root_outside = os.geteuid() == 0 and self._user is None
            return ServerConfig.in_namespaces(self._plan, root_outside=root_outside)
        read, names = readable(self._plan.mounts)
        if self._plan.kind == "confined":
            read = (*read, *copied(self._folder))
            # Python lists a folder before it imports from it.
            names = (*names, self._folder / COURSE_FOLDER)
        return ServerConfig.in_folder(self._plan, self._folder, read=read, names=names)

    def _greet(self) -> Mapping[str, Any]:
        self.connection.settimeout(self._plan.start_seconds)
        try:
            send(self.connection, Message(self._config().to_json()))
            greeting = receive(self.connection).data
        except (OSError, EOFError) as error:
            reason = self._errors() or f"no answer ({error})"
            raise CourseError(
                f"the sandbox ({self._plan.kind}) does not start: {reason}",
                why="students' notebooks run in it",
                where="the fork server",
                remedy="see proctor doctor, give it more time with "
                "c.Sandbox.start_seconds, or accept the risk with --sandbox none",
            ) from error
        if greeting["problem"] is not None:
            raise CourseError(
                f"a module to preload can't be imported: {greeting['problem']}",
                why="the fork server imports it once for all notebooks",
                where="c.Sandbox.preload in nbgrader_config.py",
                remedy="install what is missing, or take it out of the list",
            )
        return greeting

    def _errors(self) -> str:
        lines = (self._folder / ERRORS).read_text(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else ""


ERRORS = "errors"
"""Name of the file, in a server's folder, for its standard error."""


def start(
    module: str,
    plan: Plan,
    folder: Path,
    wrapper: Sequence[str],
    *descriptors: int,
    inherited: Sequence[int] = (),
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Run a module of this package in a new process.

    Args:
        module: Its dotted name.
        plan: The plan with its environment variables.
        folder: A folder of the grader's for its standard error.
        wrapper: Command line of the sandbox around it; empty: none.
        descriptors: Open descriptors that are passed as its arguments.
        inherited: Further descriptors, for the wrapper.
        environment: Variables that extend or replace the plan's.
    """
    with (folder / ERRORS).open("wb") as errors:
        return subprocess.Popen(  # noqa: S603 - our own command
            [*wrapper, interpreter(), "-P", "-m", module, *map(str, descriptors)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[*descriptors, *inherited],
            env={**dict(plan.environment), **(environment or {})},
            cwd="/",
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process whose connection was closed has exited; kill it if it does not."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=END_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
