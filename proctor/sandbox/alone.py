"""A fork server with a sandbox and imports of its own."""

from __future__ import annotations

import socket
import subprocess
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from proctor.errors import CourseError
from proctor.sandbox.bubblewrap import around_server
from proctor.sandbox.plan import Plan
from proctor.sandbox.spawning import ERRORS, end, start
from proctor.sandbox.surroundings import Surroundings
from proctor.sandbox.wire import Message, receive, send
from proctor.temporary import TemporaryFolder


class Alone:
    """One that is our own child; see `Enclosure`."""

    def __init__(self, plan: Plan) -> None:
        """Start it, and wait until its modules are imported.

        Raises:
            CourseError: bubblewrap is missing or may not work here, or a module that should be
                preloaded can't be imported.
        """
        self._plan = plan
        self._temporary = TemporaryFolder()
        self._folder = self._temporary.path
        self.sockets = self._folder / "sockets"
        self.connection, other = socket.socketpair()
        try:
            with other:
                self._process = self._start(other.fileno())
            self.landlock = self._greet()
        except BaseException:
            self.close()
            raise

    @property
    def process(self) -> int:
        """Process id of the outermost process of the sandbox."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """See `Enclosure.alive`."""
        return self._process.poll() is None

    def close(self) -> None:
        """See `Enclosure.close`."""
        self.connection.close()
        if hasattr(self, "_process"):
            # It ends its notebook and itself when the connection closes.
            end(self._process)
        self._temporary.close()

    def _start(self, descriptor: int) -> subprocess.Popen[bytes]:
        for name in ("sockets", "scratch"):
            (self._folder / name).mkdir()
        with self._around() as (around, needed):
            module = "proctor.sandbox.server"
            return start(module, self._plan, self._folder, around, descriptor, needed=needed)

    def _around(self) -> AbstractContextManager[tuple[list[str], tuple[int, ...]]]:
        if self._plan.kind == "none":
            return nullcontext(([], ()))
        return around_server(self._plan, self._folder)

    def _greet(self) -> bool:
        self.connection.settimeout(self._plan.start_seconds)
        if self._plan.kind == "bubblewrap":
            surroundings = Surroundings.sandboxed(self._plan)
        else:
            surroundings = Surroundings.bare(self._plan, self._folder)
            self._gather(surroundings.given)
        try:
            send(self.connection, Message(surroundings.to_json()))
            hello = receive(self.connection).data
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
        return bool(hello["landlock"])

    def _gather(self, folder: Path) -> None:
        """Link the assignment's public files into one folder; the sandbox binds them instead."""
        folder.mkdir()
        for inside, path in self._plan.view.given:
            link = folder / inside
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)

    def _errors(self) -> str:
        lines = (self._folder / ERRORS).read_text(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else ""
