"""A fork server with a sandbox and imports of its own."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping
from typing import Any

from proctor.errors import CourseError
from proctor.files.temporary import TemporaryFolder
from proctor.sandbox.host.public_copies import MODULES, copy_view, link_view, readable
from proctor.sandbox.host.spawn import ERRORS, end, start
from proctor.sandbox.linux.users import ReservedUser, let_pass
from proctor.sandbox.shared.bubblewrap import around_server, reserve_for
from proctor.sandbox.shared.protocol import Message, receive, send
from proctor.sandbox.shared.server_config import ServerConfig
from proctor.sandbox.shared.server_plan import SOCKETS, Plan


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
        self.sockets = self._folder / SOCKETS
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
        for name in (SOCKETS, "scratch"):
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
