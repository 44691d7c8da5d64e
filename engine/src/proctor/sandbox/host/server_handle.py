"""What a running fork server is to the grader, however it was started."""

from __future__ import annotations

import contextlib
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
from proctor.sandbox.host.public_copies import MODULES, copy_view, link_view, readable
from proctor.sandbox.linux.users import ReservedUser, belong_alike, let_pass
from proctor.sandbox.shared.bubblewrap import around_server, reserve_for
from proctor.sandbox.shared.protocol import Message, receive, send
from proctor.sandbox.shared.server_config import SOCKETS_FOLDER, Plan, ServerConfig

END_SECONDS = 5.0
"""What a server is given to end by itself, once its connection is closed."""


class ServerHandle(Protocol):
    """A server that has greeted, with what surrounds it."""

    @property
    def connection(self) -> socket.socket:
        """To the server; it ends when this is closed."""

    @property
    def sockets(self) -> Path:
        """The folder of its kernels' sockets, as seen from outside."""

    @property
    def process(self) -> int:
        """Process id of a process outside, from which the server descends."""

    @property
    def reusable(self) -> bool:
        """Whether it is out of its kernels' reach, so that it can outlive them."""

    @property
    def words(self) -> str:
        """What its notebooks run in, for reports."""

    @property
    def alive(self) -> bool:
        """Whether it runs."""

    def close(self) -> None:
        """End it and everything in its sandbox; harmless if it has ended."""


LISTENER = "listener"
"""In a zygote's folder: where it listens."""


class NoForkedServerError(Exception):
    """There is no zygote, it was started for something else, or it can't make a sandbox here."""


class ForkedServer:
    """One that a zygote forked; see `ServerHandle`."""

    def __init__(self, plan: Plan, zygote: Path) -> None:
        """Ask for it, and wait until the zygote has imported its modules.

        Args:
            plan: How it is to be started.
            zygote: The zygote's folder.

        Raises:
            NoBranchError: It can't be had.
        """
        self._keeper: int | None = None
        self.connection = socket.socket(socket.AF_UNIX)
        self.sockets = Path()
        try:
            self.connection.settimeout(plan.start_seconds)
            self.connection.connect(str(zygote / LISTENER))
            self.sockets = Path(tempfile.mkdtemp(dir=zygote / SOCKETS_FOLDER, prefix=""))
            belong_alike(self.sockets, zygote / SOCKETS_FOLDER)
            request = {"plan": plan.digest, "sockets": self.sockets.name}
            send(self.connection, Message(request))
            hello = receive(self.connection).data
            if hello["problem"] is not None:
                raise NoForkedServerError(hello["problem"])
            self.process = hello["keeper"]
            self._keeper = os.pidfd_open(self.process)
            self.reusable = bool(hello["reusable"])
            self.words = str(hello["words"])
        except (OSError, EOFError) as error:
            self.close()
            raise NoForkedServerError(str(error)) from error
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """See `ServerHandle.alive`."""
        return self._keeper is not None and not self._ended(0)

    def close(self) -> None:
        """See `ServerHandle.close`."""
        self.connection.close()
        if self._keeper is not None:
            # The server ends its notebook and itself when the connection closes, and its keeper
            # with it; what is in the sandbox ends with the keeper, however that ends.
            if not self._ended(END_SECONDS):
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._keeper, signal.SIGKILL)
                self._ended(END_SECONDS)
            os.close(self._keeper)
            self._keeper = None
        if self.sockets.name:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _ended(self, seconds: float) -> bool:
        """Whether the keeper ends within so many seconds."""
        return self._keeper is None or bool(select.select([self._keeper], [], [], seconds)[0])


class StandaloneServer:
    """One that is our own child; see `ServerHandle`."""

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
            hello = self._greet()
        except BaseException:
            self.close()
            raise
        self.reusable, self.words = bool(hello["reusable"]), str(hello["words"])

    @property
    def process(self) -> int:
        """Process id of the outermost process of the sandbox."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """See `ServerHandle.alive`."""
        return self._process.poll() is None

    def close(self) -> None:
        """See `ServerHandle.close`."""
        self.connection.close()
        if hasattr(self, "_process"):
            # It ends its notebook and itself when the connection closes.
            end(self._process)
        if self._user is not None:
            self._user.close()
        self._temporary.close()

    def _start(self, descriptor: int) -> subprocess.Popen[bytes]:
        for name in (SOCKETS_FOLDER, "scratch"):
            (self._folder / name).mkdir()
        module = "proctor.sandbox.inside.server"
        if self._plan.kind == "namespaces":
            self._user = reserve_for(self._plan, self._folder)
            with around_server(self._plan, self._folder, self._user) as (around, needed):
                return start(module, self._plan, self._folder, around, descriptor, needed=needed)
        environment = {}
        if self._plan.kind == "confined":
            copy_view(self._plan.view, self._folder)
            environment["PYTHONPATH"] = str(self._folder / MODULES)
            let_pass(self._folder)
        else:
            link_view(self._plan.view, self._folder)
        return start(module, self._plan, self._folder, (), descriptor, environment=environment)

    def _surroundings(self) -> ServerConfig:
        if self._plan.kind == "namespaces":
            root_outside = os.geteuid() == 0 and self._user is None
            return ServerConfig.in_namespaces(self._plan, root_outside=root_outside)
        read, names = readable(self._plan.view)
        modules = (self._folder / MODULES,) if self._plan.kind == "confined" else ()
        return ServerConfig.in_folder(self._plan, self._folder, read=(*read, *modules), names=names)

    def _greet(self) -> Mapping[str, Any]:
        self.connection.settimeout(self._plan.start_seconds)
        try:
            send(self.connection, Message(self._surroundings().to_json()))
            hello = receive(self.connection).data
        except (OSError, EOFError) as error:
            raise CourseError(
                f"The sandbox for students' notebooks ({self._plan.kind}) does not start.",
                found=self._errors() or f"no answer ({error})",
                where="the fork server",
                remedy="see what proctor doctor says of this machine, give it more time with "
                "c.Sandbox.start_seconds, or accept the risk with --sandbox none",
            ) from error
        if hello["problem"] is not None:
            raise CourseError(
                "A module that is to be preloaded can't be imported.",
                found=hello["problem"],
                where="c.Sandbox.preload in nbgrader_config.py",
                remedy="install what is missing, or take it out of the list",
            )
        return hello

    def _errors(self) -> str:
        lines = (self._folder / ERRORS).read_text(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else ""


ERRORS = "errors"
"""In its folder: what it wrote on its standard error."""


def start(
    module: str,
    plan: Plan,
    folder: Path,
    around: Sequence[str],
    *handed: int,
    needed: Sequence[int] = (),
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Run a module of this package.

    Args:
        module: Its dotted name.
        plan: It gets this plan's environment variables.
        folder: A folder of the grader's for it.
        around: The command line that surrounds it; empty: nothing does.
        handed: Descriptors that the module is given, as its arguments.
        needed: Further ones, for what surrounds it.
        environment: Variables of its own besides, or in place of the plan's.
    """
    with (folder / ERRORS).open("wb") as errors:
        return subprocess.Popen(  # noqa: S603 - our own command
            [*around, interpreter(), "-P", "-m", module, *map(str, handed)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[*handed, *needed],
            env={**dict(plan.environment), **(environment or {})},
            cwd="/",
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of one whose connection was closed, and end it where it does not."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=END_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
