"""A fork server that is forked from a zygote, in a sandbox of its own."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import tempfile
from pathlib import Path

from proctor.sandbox.host.server_handle import END_SECONDS
from proctor.sandbox.linux.users import belong_alike
from proctor.sandbox.shared.protocol import Message, receive, send
from proctor.sandbox.shared.server_plan import SOCKETS, Plan

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
            self.sockets = Path(tempfile.mkdtemp(dir=zygote / SOCKETS, prefix=""))
            belong_alike(self.sockets, zygote / SOCKETS)
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
