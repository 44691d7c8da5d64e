"""The test's side as a kernel: test cells run in it, and what is the student's is asked for."""

from __future__ import annotations

import inspect
import json
import socket
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from IPython import get_ipython

from proctor.remote.checks import draw_pictures, find_check, run_check
from proctor.remote.link import SocketLink
from proctor.remote.namespace import TestNamespace
from proctor.remote.profile import Profile, StudentLostError
from proctor.remote.proxies import is_remote
from proctor.remote.references import text_of
from proctor.remote.test_side import TestSide


class _Module:
    """A module whose namespace is one of ours; a real module's is always a plain dict."""

    __spec__ = None
    __name__ = "__main__"

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "__dict__":
            object.__setattr__(self, name, value)
        else:
            self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        del self.__dict__[name]


def _make_inspectable() -> None:
    """Let a test look at the source and the signature of the student's functions."""
    lines, signature = inspect.getsourcelines, inspect.signature

    def getsourcelines(value: Any) -> Any:
        return value._proctor_calls.do("source", value) if is_remote(value) else lines(value)

    def getsource(value: Any) -> str:
        return "".join(getsourcelines(value)[0])

    def get_signature(value: Any, **options: Any) -> Any:
        if is_remote(value):
            return value._proctor_calls.do("signature", value)
        return signature(value, **options)

    patched: Any = inspect
    patched.getsourcelines, patched.getsource = getsourcelines, getsource
    patched.signature = get_signature


class TestKernel:
    """The test's side of one notebook.

    Attributes:
        side: Sends requests to the notebook.
        namespace: Of the test cells.
    """

    __test__ = False

    def __init__(
        self,
        descriptor: int,
        *,
        student: Sequence[str],
        shared: Sequence[str],
        read: Sequence[str],
        hidden: Sequence[str],
    ) -> None:
        """Make this kernel the test's side.

        Args:
            descriptor: The socket that leads to the notebook's kernel.
            student: Names that are the student's.
            shared: Names that both sides define alike.
            read: Names that the student's code reads.
            hidden: Packages that the notebook does not have.
        """
        shell: Any = get_ipython()
        self.namespace = TestNamespace(shell.user_ns, student=student, defined=shared, read=read)
        self.side = TestSide(
            SocketLink(socket.socket(fileno=descriptor)),
            namespace=self.namespace,
            shared=frozenset(shared),
            hidden=hidden,
        )
        module = _Module()
        module.__dict__ = self.namespace
        shell.user_ns, shell.user_module = self.namespace, module
        sys.modules["__main__"] = module  # type: ignore[assignment]
        shell.kernel.user_ns = self.namespace
        shell.events.register("post_run_cell", self._end)
        shell.showtraceback = self._show
        self._shell = shell
        # A test may replace them, and fail before it puts them back.
        self._streams = sys.stdout, sys.stderr
        _make_inspectable()
        self._running = self._begun = False
        self._failure: dict[str, Any] | None = None

    def begin(
        self,
        allowed: Sequence[str] | None,
        reads: Sequence[str] = (),
        *,
        shared: bool = False,
    ) -> None:
        """Let the next cell ask the notebook.

        Args:
            allowed: See `Profile`; None records what the cell does.
            reads: Names that the cell reads.
            shared: Whether it is a cell that runs on both sides.
        """
        self._running = False
        self.side.begin(Profile(allowed))
        self.namespace.begin(reads, shared=shared)
        self._begun = True

    def _show(self, *told: Any, **options: Any) -> None:
        """Print an exception's type and text; nobody sees more, and to format it takes seconds."""
        kind, error, _ = sys.exc_info()
        if kind is not None:
            self._shell._showtraceback(kind, error, [f"{kind.__name__}: {text_of(error)}"])

    def report(self) -> dict[str, Any]:
        """What the last test did with the student's objects, and how it failed if it did."""
        profile = self.side.profile
        return {
            "uses": sorted(profile.used),
            "noted": sorted(profile.noted),
            "failure": self._failure,
        }

    def say(self, told: dict[str, Any]) -> None:
        """Print an object as JSON, whatever a test has made of `print`."""
        sys.stdout, sys.stderr = self._streams
        sys.stdout.write(f"{_dumps(told)}\n")

    def _end(self, result: Any) -> None:
        sys.stdout, sys.stderr = self._streams
        if self._running:
            self._running = False
            if result.success:
                # What is wrong then is remembered.
                with suppress(Exception):
                    self.side.check_given()
            self._failure = self._described(result)
            self.namespace.notebook = None
            with suppress(StudentLostError):
                self.side.end()
        elif self._begun:
            # This was the cell with the call of begin.
            self._begun, self._running = False, True
            self.namespace.notebook = self.side

    def _described(self, result: Any) -> dict[str, Any] | None:
        raised = result.error_before_exec or result.error_in_exec
        error = raised or self.side.profile.refused
        if error is None:
            return None
        frames = [
            line
            for frame, line in traceback.walk_tb(error.__traceback__)
            if frame.f_globals is self.namespace and frame.f_code.co_name == "<module>"
        ]
        return {
            "kind": type(error).__name__,
            "text": text_of(error),
            "line": frames[0] if frames else 0,
            "by_student": bool(getattr(error, "__proctor_student__", False)),
            "call": self.side.last_call,
        }


_dumps = json.dumps
_kernel: TestKernel | None = None


def install(descriptor: int, **names: Sequence[str]) -> None:
    """Make this kernel the test's side; see `TestKernel`."""
    global _kernel
    _kernel = TestKernel(descriptor, **names)


def _installed() -> TestKernel:
    if _kernel is None:
        raise RuntimeError("install was not called")
    return _kernel


def begin(allowed: Sequence[str] | None, reads: Sequence[str] = (), **options: bool) -> None:
    """Let the next cell ask the notebook; see `TestKernel.begin`."""
    _installed().begin(allowed, reads, **options)


def check(module: str, name: str, seed: int, allowed: Sequence[str] | None) -> None:
    """Run a check of a course's, and print what came of it, as JSON; see `run_check`."""
    kernel = _installed()
    kernel.say(run_check(kernel.side, find_check(module, name), seed, allowed))


def draw(module: str, name: str) -> None:
    """Let a check draw, and print the pictures, as JSON; see `draw_pictures`."""
    kernel = _installed()
    kernel.say(draw_pictures(kernel.side, find_check(module, name)))


def report() -> None:
    """Print, as JSON, what the last cell did with the student's objects, and how it failed."""
    kernel = _installed()
    kernel.say(kernel.report())
