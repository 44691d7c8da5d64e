"""The student's side: answers a test's requests inside the student's process.

It runs beside student code, which can change anything about it. So nothing here protects the
verdict; the other side takes whatever it answers for what the student's function returned.
"""

from __future__ import annotations

import builtins
import io
import os
import pickle
import socket
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

import proctor.remote.plain  # noqa: F401 - registers the standard library's types
from proctor.remote import operations
from proctor.remote.changes import Snapshot
from proctor.remote.codec import CodecError, Decoder, Encoder, Tree
from proctor.remote.link import MAX_BYTES, Link, Message, SocketLink
from proctor.remote.randomness import RandomState
from proctor.remote.references import describe, nearest_exception, qualified_name, resolve_global

_MAX_PRINTED = 1_000_000
_MAX_TEXT = 2_000
_MAX_FRAMES = 20
_OWN = "__proctor_number__"
"""Attribute of a stand-in for a test's exception: its number there."""


class StudentSide:
    """Answers requests about one notebook's namespace."""

    def __init__(self, link: Link, namespace: MutableMapping[str, Any]) -> None:
        """Create it.

        Args:
            link: The connection to the test.
            namespace: The notebook's namespace.
        """
        self._link = link
        self._namespace = namespace
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._next = 1
        self._random = RandomState()
        self._lock = threading.RLock()
        self._calls: list[Any] = []
        self._printed: list[list[str]] = []
        self._room = _MAX_PRINTED

    def serve(self) -> None:
        """Answer requests until the test is over."""
        while True:
            message = self._link.receive()
            if message.data.get("op") == "end":
                return
            # An answer whose question was interrupted is nothing to act on.
            if message.data.get("op") != "answer":
                self._answer(message)

    def _answer(self, message: Message) -> None:
        number = message.data.get("number")
        with self._lock:
            self._calls.append(number)
        try:
            data, buffers = self._perform(message)
        except BaseException as error:
            data, buffers = self._raised(error)
        with self._lock:
            self._calls.pop()
            self._link.send(Message({"op": "reply", "number": number, **data}, buffers))

    def _perform(self, message: Message) -> tuple[dict[str, Any], list[Any]]:
        data = message.data
        for number in data.get("drop", ()):
            self._forget(number)
        self._random.receive(data.get("random"))
        decoder = Decoder(self._resolve, [bytes(b) for b in message.buffers])
        args = [decoder.decode(tree) for tree in data.get("args", ())]
        kwargs = {name: decoder.decode(tree) for name, tree in data.get("kwargs", {}).items()}
        patched = {name: decoder.decode(tree) for name, tree in data.get("builtins", {}).items()}
        before = [Snapshot(container) for container in decoder.containers]
        with self._captured(), _patched(patched):
            value = self._do(str(data.get("op")), *args, **kwargs)
        encoder = self._encoder(decoder.containers)
        reply = {
            "value": encoder.encode(value),
            "changed": [
                [number, encoder.content(number)]
                for number, snapshot in enumerate(before)
                if snapshot.changed(decoder.containers[number])
            ],
        }
        return {**reply, **self._aftermath()}, encoder.buffers

    def _do(self, op: str, *args: Any, **kwargs: Any) -> Any:
        if op == "get":
            return self._namespace[args[0]]
        if op == "set":
            self._namespace[args[0]] = args[1]
            return None
        if op == "delete":
            del self._namespace[args[0]]
            return None
        if op == "names":
            return [name for name in self._namespace if isinstance(name, str)]
        return operations.ALL[op](*args, **kwargs)

    def _raised(self, error: BaseException) -> tuple[dict[str, Any], list[Any]]:
        """What is told of an exception; its text and arguments are the student's."""
        own = getattr(error, _OWN, None)
        if isinstance(own, int):
            return {"raised": {"own": own}, **self._aftermath()}, []
        encoder = self._encoder()
        told: dict[str, Any] = {
            "kinds": [qualified_name(kind) for kind in type.mro(type(error))][:10],
            "text": _text(error),
            "frames": _frames(error),
        }
        try:
            told["args"] = encoder.encode(list(error.args))
            told["class"] = None if _is_known(type(error)) else self._refer(type(error))
        except CodecError:
            encoder.buffers.clear()
            told["args"] = None
        return {"raised": told, **self._aftermath()}, encoder.buffers

    def _aftermath(self) -> dict[str, Any]:
        printed, self._printed = self._printed, []
        return {"printed": printed, "random": self._random.send()}

    def _encoder(self, containers: Any = ()) -> Encoder:
        return Encoder(self._refer, max_bytes=MAX_BYTES - 1024 * 1024, containers=containers)

    def _refer(self, value: Any) -> Tree:
        if isinstance(value, TestObject):
            return ["own", object.__getattribute__(value, "_number")]
        number = self._numbers.get(id(value))
        if number is not None:
            return ["ref", number]
        number, self._next = self._next, self._next + 1
        self._numbers[id(value)], self._objects[number] = number, value
        description = describe(value)
        if isinstance(value, type) and issubclass(value, BaseException):
            # A test may catch it by the name of a class that it is derived from.
            parent = value.__mro__[1]
            description["parent"] = None if _is_known(parent) else self._refer(parent)
        return ["ref", number, description]

    def _forget(self, number: int) -> None:
        value = self._objects.pop(number, None)
        self._numbers.pop(id(value), None)

    def _resolve(self, tree: list[Tree]) -> Any:
        if tree[0] == "ref":
            return self._objects[tree[1]]
        if tree[0] == "own":
            return test_object(self, tree[1], tree[2])
        if tree[0] == "global":
            return resolve_global(tree[1], tree[2], self._namespace)
        if tree[0] == "pickle":
            # From the test, which is trusted; never the other way.
            return pickle.loads(bytes.fromhex(tree[1]))  # noqa: S301
        raise CodecError(f"an unknown tag {tree[0]!r}")

    def call_back(self, number: int, what: str, args: tuple[Any, ...], kwargs: Any) -> Any:
        """Ask the test for an operation on one of its own objects.

        Raises:
            Exception: What it raised, as the nearest built-in type.
            RuntimeError: The test's call is over.
        """
        with self._lock:
            if not self._calls:
                raise RuntimeError("the test's call is over; its functions can't be called now")
            encoder = self._encoder()
            request = {
                "op": "back",
                "number": self._calls[-1],
                "object": number,
                "what": what,
                "args": encoder.items(args, 0),
                "kwargs": {name: encoder.encode(value) for name, value in kwargs.items()},
                **self._aftermath(),
            }
            self._link.send(Message(request, encoder.buffers))
            while (message := self._link.receive()).data.get("op") != "answer":
                self._answer(message)
            self._random.receive(message.data.get("random"))
            raised = message.data.get("raised")
            if raised is not None:
                raise _exception(raised)
            decoder = Decoder(
                self._resolve,
                [bytes(b) for b in message.buffers],
                containers=encoder.containers,
            )
            value = decoder.decode(message.data.get("value"))
            for place, tree in message.data.get("changed", ()):
                decoder.update(place, tree)
            return value

    @contextmanager
    def _captured(self) -> Iterator[None]:
        """Collect what is printed, to be printed on the test's side."""
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Printed(self, "stdout"), _Printed(self, "stderr")
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before

    def printed(self, stream: str, text: str) -> None:
        """Collect text; what exceeds the room is dropped."""
        text = text[: self._room]
        self._room -= len(text)
        if text and self._printed and self._printed[-1][0] == stream:
            self._printed[-1][1] += text
        elif text:
            self._printed.append([stream, text])


class _Printed(io.TextIOBase):
    def __init__(self, side: StudentSide, stream: str) -> None:
        super().__init__()
        self._side, self._stream = side, stream

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._side.printed(self._stream, text)
        return len(text)


class TestObject:
    """An object of the test's, such as a function to call back."""

    __test__ = False

    def __init__(self, side: StudentSide, number: int) -> None:
        object.__setattr__(self, "_side", side)
        object.__setattr__(self, "_number", number)

    def __getattr__(self, name: str) -> Any:
        return _ask(self, "getattr", name)


def _ask(own: TestObject, what: str, *args: Any, **kwargs: Any) -> Any:
    side = object.__getattribute__(own, "_side")
    return side.call_back(object.__getattribute__(own, "_number"), what, args, kwargs)


def test_object(side: StudentSide, number: int, description: Mapping[str, Any]) -> TestObject:
    """Stand-in for an object of the test's, with the special methods that it has."""
    methods = {
        f"__{name}__": lambda own, *args, name=name, **kwargs: _ask(own, name, *args, **kwargs)
        for name in description["methods"]
    }
    kind = type(str(description["type"]), (TestObject,), methods)
    made: TestObject = kind(side, number)
    if "name" in description:
        object.__setattr__(made, "__name__", description["name"])
    return made


test_object.__test__ = False  # type: ignore[attr-defined]


@contextmanager
def _patched(names: Mapping[str, Any]) -> Iterator[None]:
    """Replace built-in functions that the test has replaced on its side."""
    before = {name: getattr(builtins, name) for name in names}
    for name, value in names.items():
        setattr(builtins, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(builtins, name, value)


def _exception(raised: Mapping[str, Any]) -> BaseException:
    """Stand-in for an exception that the test's own code raised in a callback."""
    error = nearest_exception(raised["kinds"])(raised["text"])
    setattr(error, _OWN, raised["own"])
    return error


def _is_known(kind: type) -> bool:
    """Whether a class is one that the test's side has by itself."""
    return kind.__module__ != "__main__"


def _text(error: BaseException) -> str:
    try:
        return str(error)[:_MAX_TEXT]
    except Exception:
        return ""


def _frames(error: BaseException) -> list[list[Any]]:
    """Lines of the student's cells that an exception passed, innermost last."""
    found = traceback.extract_tb(error.__traceback__)
    return [
        [frame.name, frame.lineno, (frame.line or "")[:200]]
        for frame in found
        if "ipykernel_" in frame.filename or frame.filename.startswith("<ipython-input")
    ][-_MAX_FRAMES:]


def serve(descriptor: int, namespace: MutableMapping[str, Any]) -> None:
    """Answer a test's requests until it is over.

    Args:
        descriptor: The connected socket, which stays open.
        namespace: The notebook's namespace.
    """
    # The same objects keep their numbers from one test to the next.
    side = _sides.get(descriptor)
    if side is None:
        side = StudentSide(SocketLink(socket.socket(fileno=os.dup(descriptor))), namespace)
        _sides[descriptor] = side
    side.serve()


_sides: dict[int, StudentSide] = {}
