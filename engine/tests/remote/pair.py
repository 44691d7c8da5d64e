"""Both sides of a connection, in one process: the student's answers in a thread of its own."""

from __future__ import annotations

import contextlib
import socket
import textwrap
import threading

from proctor.remote.link import SocketLink
from proctor.remote.namespace import TestNamespace
from proctor.remote.profile import Profile, StudentLostError
from proctor.remote.student import StudentSide
from proctor.remote.test_side import TestSide
from proctor.submission.cell_names import names_of


class Pair:
    """A notebook's namespace, and the test that asks for it."""

    def __init__(self):
        ours, theirs = socket.socketpair()
        self.names = {"__name__": "__main__"}
        self.link = SocketLink(theirs)
        self.student = StudentSide(self.link, self.names)
        self.namespace = TestNamespace({"__name__": "__main__"}, student=())
        self.ours = SocketLink(ours)
        self.test = TestSide(self.ours, namespace=self.namespace, hidden=("secret_tests",))
        self.test.begin(Profile())
        self._students, self._read = set(), set()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        with contextlib.suppress(EOFError, OSError):
            while True:
                # It returns at the end of each test.
                self.student.serve()

    def define(self, source, *, given="", **shared):
        """Run student code, and make what it defines the student's; both run what is given."""
        own = {"__name__": "__main__"}
        exec(textwrap.dedent(given), self.names)  # noqa: S102
        exec(textwrap.dedent(given), own)  # noqa: S102
        before = set(self.names)
        exec(textwrap.dedent(source), self.names)  # noqa: S102
        self._students |= set(self.names) - before
        defined = set(own) - {"__name__", "__builtins__"}
        names = names_of(textwrap.dedent(source))
        self._read |= set() if names is None else names.later
        shared = {"defined": defined, "read": self._read, **shared}
        objects = self.test._objects
        objects.shared = objects.classes_of_both = frozenset(shared["defined"])
        self.namespace = TestNamespace(own, student=self._students, **shared)
        objects.names = self.namespace
        self.namespace.notebook = self.test
        return self

    def run(self, source, *, anew=()):
        """Run a test's code; the student's cells have assigned some names since the last one."""
        names = names_of(textwrap.dedent(source))
        self.namespace.keep(anew)
        self.namespace.begin(() if names is None else names.read)
        exec(textwrap.dedent(source), self.namespace)  # noqa: S102
        self.test.check_given()

    def close(self):
        with contextlib.suppress(StudentLostError):
            self.test.end()
        self.ours.close()
        self._thread.join(10)
        self.link.close()
