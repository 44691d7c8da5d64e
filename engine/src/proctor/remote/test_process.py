"""The test's side as a process: it runs tests and checks, and asks for what is the student's."""

from __future__ import annotations

import inspect
import math
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from proctor.remote.checks import draw_pictures, find_check, run_check
from proctor.remote.kinds import import_libraries
from proctor.remote.link import Message, SocketLink
from proctor.remote.made_code import FILES, USE, AuditWatch
from proctor.remote.namespace import TestNamespace
from proctor.remote.patches import import_mentioned, watch_modules
from proctor.remote.profile import Profile, StudentLostError
from proctor.remote.proxies import is_remote
from proctor.remote.randomness import random_states, set_random_states
from proctor.remote.references import text_of
from proctor.remote.shell import cell_shell
from proctor.remote.test_side import TestSide
from proctor.seeds import generator

# Before processes are forked from this one: it takes longer than all else that they do to start.
cell_shell()
import_libraries()
watch_modules()


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


class TestProcess:
    """The tests of one notebook."""

    __test__ = False

    def __init__(
        self,
        link: SocketLink,
        *,
        student: Sequence[str],
        shared: Sequence[str],
        read: Sequence[str],
        hidden: Sequence[str],
        of_tests: Sequence[str] = (),
        room: int = 0,
    ) -> None:
        """Make this process the test's side.

        Args:
            link: The connection to the notebook's kernel.
            student: Names that are the student's.
            shared: Names that both sides define alike.
            read: Names that the student's code reads.
            hidden: Packages that the notebook does not have.
            of_tests: Names that tests define, and nobody else.
            room: Characters of output that a test may show; 0: no limit.
        """
        self._shell = shell = cell_shell()
        self._room = room
        self._watch = AuditWatch()
        self._namespace = TestNamespace(
            shell.user_ns, student=student, defined=shared, read=read, of_tests=of_tests
        )
        self._side = TestSide(
            link,
            namespace=self._namespace,
            shared=frozenset(shared),
            hidden=hidden,
        )
        module = _Module()
        module.__dict__ = self._namespace
        shell.user_ns, shell.user_module = self._namespace, module
        sys.modules["__main__"] = module  # type: ignore[assignment]
        _make_inspectable()

    def run(
        self,
        source: str,
        allowed: Sequence[str] | None,
        reads: Sequence[str] = (),
        anew: Sequence[str] = (),
        later: Sequence[str] = (),
        *,
        seed: int | None = None,
        shared: bool = False,
    ) -> dict[str, Any]:
        """Run a cell, which asks the notebook for what is the student's.

        Args:
            source: Its code.
            allowed: See `Profile`; None records what the cell does.
            reads: Names that it reads.
            anew: Names that the student's cells should have assigned since the last test.
            later: Names that they should assign after this one.
            seed: Of its generator ``rng``; None: it has none.
            shared: Whether it is one that runs on both sides.

        Returns:
            ``outputs``; ``raised``: whether it raised anything; ``failure``: how it failed, None if
            it did not; ``uses`` and ``noted``: see `Profile`.
        """
        run = partial(self._run_once, source, reads, seed=seed, shared=shared)
        import_mentioned(source)
        self._namespace.keep(self._assigned(anew))
        before = random_states()
        try:
            found = run(Profile(allowed))
            noted = found["noted"]
            if found["failure"] is None and noted and not self._side.deleted:
                # In one process the test would see the changes.
                set_random_states(before)
                self._namespace.restore()
                found = _lower(found, run(Profile(allowed, lenient=True)))
            return {**found, "noted": noted}
        finally:
            # The test's result stands, even if its variables can't be sent any more.
            with suppress(Exception):
                self._side.remove(self._namespace.replaced.intersection(later))
            with suppress(Exception):
                self._side.end()

    def _assigned(self, anew: Sequence[str]) -> list[str]:
        """Those of the names that the student's cells have really assigned.

        What a test assigns and the notebook is not told of is not there until they do.
        """
        if self._namespace.untold.isdisjoint(anew):
            return list(anew)
        self._side.begin(Profile(()))
        try:
            there = self._side.names()
        except StudentLostError:
            return list(anew)
        return [name for name in anew if name in there]

    def _run_once(
        self,
        source: str,
        reads: Sequence[str],
        profile: Profile,
        *,
        seed: int | None,
        shared: bool,
    ) -> dict[str, Any]:
        side, namespace = self._side, self._namespace
        side.begin(profile)
        namespace.begin(reads, shared=shared)
        if seed is not None:
            namespace.offer("rng", generator(seed))
        namespace.notebook = side
        # An earlier test may have replaced them.
        self._shell.use_streams()
        if not shared:
            self._watch.start(partial(_refuse_made_code, profile))
        try:
            raised = self._shell.run(source, self._room)
            if raised is None:
                # What is wrong then is remembered.
                with suppress(Exception):
                    side.check_given()
            with suppress(StudentLostError):
                if profile.records and side.differ(self._watch.opened):
                    profile.permits(FILES)
        finally:
            self._watch.stop()
            namespace.notebook = None
        return {
            "outputs": self._shell.outputs.take(),
            "raised": raised is not None,
            "failure": self._described(raised or profile.refused),
            "uses": sorted(profile.used),
            "noted": sorted(profile.noted),
        }

    def check(
        self, module: str, name: str, seed: int, allowed: Sequence[str] | None
    ) -> dict[str, Any]:
        """Run a check of a course's; see `run_check`."""
        return run_check(self._side, find_check(module, name), seed, allowed)

    def draw(self, module: str, name: str) -> dict[str, Any]:
        """Let a check draw; see `draw_pictures`."""
        return draw_pictures(self._side, find_check(module, name))

    def _described(self, error: BaseException | None) -> dict[str, Any] | None:
        if error is None:
            return None
        frames = [
            line
            for frame, line in traceback.walk_tb(error.__traceback__)
            if frame.f_globals is self._namespace and frame.f_code.co_name == "<module>"
        ]
        return {
            "kind": type(error).__name__,
            "text": text_of(error),
            "line": frames[0] if frames else 0,
            "by_student": bool(getattr(error, "__proctor_student__", False)),
            "call": self._side.last_call,
        }


def _refuse_made_code(profile: Profile) -> None:
    profile.check(USE, "the test runs code that is made of what the student's code returned")


def _lower(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """The result of two runs of a test that gives fewer points."""
    if second["failure"] is not None:
        return second
    scores = [_score(found["outputs"]) for found in (first, second)]
    return second if scores[1] < scores[0] else first


def _score(outputs: Sequence[Mapping[str, Any]]) -> float:
    """The number that a test returned for partial credit; infinity if it returned none."""
    results = [one["data"] for one in outputs if one["output_type"] == "execute_result"]
    try:
        return float(results[-1]["text/plain"]) if results else math.inf
    except (KeyError, ValueError):
        return math.inf


class _Interruptible:
    """Lets an interrupt end what is asked for, and nothing else."""

    def __init__(self, link: SocketLink) -> None:
        """Handle interrupts.

        Args:
            link: The connection to the notebook's kernel.
        """
        self._busy = False
        self._link = link
        signal.signal(signal.SIGINT, self._interrupt)

    def _interrupt(self, *_: Any) -> None:
        if self._busy:
            self._link.interrupt()

    def call(self, function: Callable[..., dict[str, Any]], arguments: Mapping[str, Any]) -> Any:
        """Call a function, and return what it returns; ``interrupted`` or ``fault`` if it can't."""
        try:
            self._busy = True
            found = function(**arguments)
            self._busy = False
        except KeyboardInterrupt:
            self._busy = False
            return {"interrupted": True}
        except BaseException as error:
            self._busy = False
            return {"fault": f"{type(error).__name__}: {text_of(error)}"}
        return found


def serve(link: int, control: int) -> None:
    """Do what the grader asks for, until it closes the connection.

    The first request is ``begin``, with the arguments of `TestProcess`. Each later one has the name
    of one of its methods as ``do``, the arguments, and the turn of the link to the notebook.

    Args:
        link: Descriptor of the socket that leads to the notebook's kernel.
        control: Descriptor of the socket that leads to the grader.
    """
    requests = SocketLink(socket.socket(fileno=control))
    notebook = SocketLink(socket.socket(fileno=link))
    interruptible = _Interruptible(notebook)
    handlers: dict[str, Callable[..., dict[str, Any]]] = {}

    def begin(**names: Any) -> dict[str, Any]:
        process = TestProcess(notebook, **names)
        handlers.update(run=process.run, check=process.check, draw=process.draw)
        return {}

    handlers["begin"] = begin
    while True:
        try:
            request = dict(requests.receive().data)
            del request["turn"]
        except (EOFError, OSError):
            return
        notebook.turn = request.pop("at", 0)
        reply = interruptible.call(handlers[request.pop("do")], request)
        requests.send(Message(reply))
