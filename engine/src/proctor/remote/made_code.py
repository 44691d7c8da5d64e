"""Notices when a test runs code that was made while it ran, and which files it opens.

What a student's function returned may be part of such code: ``eval(expression)``, a docstring's
examples, a pickle. It would run where the tests are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

USE = "run code that was made while the test ran"
"""Name of this use in a `Profile`; a test whose solution has it is not judged outside."""

FILES = "read a file that the notebook writes"
"""The same: the test's process has the file as it was given."""

_RUNNING = frozenset({"exec", "marshal.loads", "code.__new__"})
"""Audit events of making and running code."""

_LOADING = frozenset(
    {
        *("pickle.find_class", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"),
        "os.spawn",
    }
)
"""Audit events of what may run any code, whoever asks for it."""

_MAKERS = (
    *("importlib", "IPython", "ipykernel", "collections", "dataclasses", "unittest", "enum"),
    *("numpy", "scipy", "pandas", "matplotlib", "sklearn", "attr", "traitlets"),
)
"""Packages that run code of their own making, in which there is no text that they were given."""


class AuditWatch:
    """Calls a function whenever code that was made at run time is to be run in this process.

    Python never takes such a watch away; one per process is enough. What is watched for are audit
    events: https://docs.python.org/3/library/audit_events.html

    Attributes:
        opened: Paths of the files that were opened since it was started.
    """

    def __init__(self) -> None:
        self._found: Callable[[], None] | None = None
        self.opened: set[str] = set()
        sys.addaudithook(self._hear)

    def start(self, found: Callable[[], None]) -> None:
        """Watch; what the function raises keeps the code from running."""
        self._found = found
        self.opened = set()

    def stop(self) -> None:
        """Watch no longer."""
        self._found = None

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if self._found is None:
            return
        if event == "open":
            if isinstance(args[0], str):
                self.opened.add(args[0])
        elif event in _LOADING or (event in _RUNNING and not _is_own(sys._getframe(1))):
            self._found()


def _is_own(caller: Any) -> bool:
    """Whether code is run by a package that makes its own."""
    return str(caller.f_globals.get("__name__", "")).partition(".")[0] in _MAKERS
