"""The student's side: answers a test's requests inside the student's process.

It runs beside student code, which can change anything about it. So nothing here protects the
verdict; the other side takes whatever it answers for what the student's function returned.
"""

from __future__ import annotations

import io
import os
import pickle
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

import proctor.remote.plain  # noqa: F401 - registers the standard library's types
from proctor.remote import operations
from proctor.remote.containers import CodecError
from proctor.remote.decoder import Decoder
from proctor.remote.encoder import Encoder
from proctor.remote.given import code_state, digest_of, is_code, state_of_file
from proctor.remote.instances import BUILTIN, LIBRARY, library_name, write_by_value
from proctor.remote.kinds import Tree, import_libraries
from proctor.remote.link import MAX_BYTES, Link, Message, SocketLink
from proctor.remote.mirror import Mirror
from proctor.remote.nesting import deeper
from proctor.remote.patches import Patches
from proctor.remote.randomness import RandomState, SeparateRandomState
from proctor.remote.references import (
    describe,
    nearest_exception,
    qualified_name,
    resolve_global,
    text_of,
)
from proctor.remote.test_objects import TestObject, test_object

_MAX_PRINTED = 1_000_000
_MAX_CAUSES = 5
_MISSING = object()
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
        self._random: RandomState = RandomState()
        self._lock = threading.RLock()
        self._calls: list[Any] = []
        self._patches: list[Patches] = []
        self._printed: list[list[str]] = []
        self._begin({})

    def _begin(self, told: Mapping[str, Any]) -> None:
        """Start a test: nothing of an earlier one is shared any more."""
        self._mirror = Mirror(-1)
        self._test_objects: dict[int, TestObject] = {}
        self._shared = frozenset(told.get("shared", ()))
        if bool(told.get("apart")) != isinstance(self._random, SeparateRandomState):
            self._random = SeparateRandomState() if told.get("apart") else RandomState()
        self._written: dict[str, Any] = {}
        self._fetched: dict[str, Any] = {}
        self._room = _MAX_PRINTED
        # An earlier test may have been interrupted anywhere.
        del self._calls[:-1]

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
        encoder = self._encoder()
        try:
            data = self._perform(message, encoder)
        except BaseException as error:
            encoder.undo()
            encoder = self._encoder()
            data = self._raised(error, encoder)
        with self._lock:
            self._calls.pop()
            data |= self._aftermath()
            self._link.send(Message({"op": "reply", "number": number, **data}, encoder.buffers))
            self._mirror.settle()

    def _perform(self, message: Message, encoder: Encoder) -> dict[str, Any]:
        data = message.data
        if "begin" in data:
            self._begin(data["begin"])
            encoder.containers = self._mirror
        self._random.receive(data.get("random"))
        decoder = self._decoder(message)
        self._mirror.receive(decoder, data)
        for name, tree in data.get("set", ()):
            self._namespace[name] = self._written[name] = decoder.decode(tree)
        args = [decoder.decode(tree) for tree in data.get("args", ())]
        kwargs = {name: decoder.decode(tree) for name, tree in data.get("kwargs", {}).items()}
        told = data.get("patched", ())
        patches = Patches((module, name, decoder.decode(tree)) for module, name, tree in told)
        decoder.finish(data.get("rest"))
        self._mirror.settle()
        self._patches.append(patches)
        patches.on()
        try:
            with self._captured(), deeper(nested=len(self._calls) > 1):
                value = self._do(str(data.get("op")), *args, **kwargs)
        finally:
            self._patches.pop().off()
        data = {**self._changes(encoder), "value": encoder.encode(value)}
        return {**data, "rest": encoder.rest()}

    def _changes(self, encoder: Encoder) -> dict[str, Any]:
        """What student code has changed: containers, and variables that the test had set."""
        told = self._mirror.send(encoder)
        rebound = []
        for name, value in list(self._written.items()):
            now = self._namespace.get(name, _MISSING)
            if now is not value:
                self._written[name] = now
                rebound.append([name] if now is _MISSING else [name, encoder.encode(now)])
        return {**told, "rebound": rebound} if rebound else told

    def _do(self, op: str, /, *args: Any, **kwargs: Any) -> Any:
        if op == "get":
            self._fetched[args[0]] = self._namespace[args[0]]
            return self._fetched[args[0]]
        if op == "nothing":
            return None
        if op == "delete":
            self._written.pop(args[0], None)
            del self._namespace[args[0]]
            return None
        if op == "given":
            return self._differing(*args)
        if op == "files":
            return [state_of_file(name) for name in args[0]]
        if op == "names":
            return [name for name in self._namespace if isinstance(name, str)]
        return operations.ALL[op](*args, **kwargs)

    def _differing(self, asked: list[tuple[str, str, list[int] | None]]) -> list[str]:
        """Names of variables that hold something else; the others are one with the test's now."""
        return [
            name for name, digest, numbers in asked if not self._is_given(name, digest, numbers)
        ]

    def _is_given(self, name: str, digest: str, numbers: list[int] | None) -> bool:
        value = self._namespace.get(name)
        state = code_state(value) if is_code(value) else value
        found, containers = digest_of(state, self._class_name)
        if found != digest:
            return False
        if is_code(value) or numbers is None:
            return True
        if len(containers) != len(numbers):
            return False
        for number, container in zip(numbers, containers, strict=True):
            known = self._mirror.number_of(container)
            if known is None and number not in self._mirror:
                self._mirror.put(number, container)
            elif known != number:
                return False
        return True

    def _raised(self, error: BaseException, encoder: Encoder) -> dict[str, Any]:
        """What is told of an exception; its text and attributes are the student's."""
        changes = self._changes(encoder)
        own = getattr(error, _OWN, None)
        if isinstance(own, int):
            # What student code has added to an exception of the test's, such as a note.
            added = encoder.encode_if_possible(_attributes(error))
            told: dict[str, Any] = {"own": own, "attributes": added}
        else:
            told = self._told(error, encoder, _MAX_CAUSES)
        return {**changes, "raised": told, "rest": encoder.rest()}

    def _told(self, error: BaseException, encoder: Encoder, causes: int) -> dict[str, Any]:
        told: dict[str, Any] = {
            "kinds": [qualified_name(kind) for kind in type.mro(type(error))][:10],
            "text": text_of(error),
        }
        told["args"] = encoder.encode_if_possible(list(error.args))
        told["attributes"] = encoder.encode_if_possible(_attributes(error))
        if not _is_known(type(error)):
            told["class"] = self._refer(encoder, type(error), 1)
        for name in ("cause", "context"):
            found = getattr(error, f"__{name}__")
            if found is not None and causes:
                told[name] = self._told(found, encoder, causes - 1)
        return told

    def _aftermath(self) -> dict[str, Any]:
        printed, self._printed = self._printed, []
        stale = [name for name, value in self._fetched.items() if self._is_stale(name, value)]
        for name in stale:
            del self._fetched[name]
        return {"printed": printed, "random": self._random.send(), "stale": stale}

    def _is_stale(self, name: str, value: Any) -> bool:
        """Whether a name means something else than when the test asked for it."""
        return self._namespace.get(name, _MISSING) is not value

    def _encoder(self) -> Encoder:
        return Encoder(self._refer, max_bytes=MAX_BYTES - 1024 * 1024, containers=self._mirror)

    def _decoder(self, message: Message) -> Decoder:
        return Decoder(
            self._resolve,
            [bytes(b) for b in message.buffers],
            containers=self._mirror,
            readers={"pickle": (_unpickle, _fill_pickled)},
            find_class=self._find_class,
        )

    def _class_name(self, kind: type) -> str | None:
        """The name by which both sides have a class; None if only this one has it."""
        name = str(type.__getattribute__(kind, "__name__"))
        own = type.__getattribute__(kind, "__module__") == "__main__"
        if own and name in self._shared and self._namespace.get(name) is kind:
            return name
        return library_name(kind)

    def _find_class(self, name: Any) -> Any:
        return LIBRARY.get(name) or self._namespace.get(name)

    def _refer(self, encoder: Encoder, value: Any, depth: int) -> Tree:
        if issubclass(type(value), TestObject):
            return ["own", object.__getattribute__(value, "_number")]
        written = write_by_value(encoder, value, self._class_name(type(value)), depth)
        if written is not None:
            return written
        if encoder.is_content(value):
            # Of a library's class, from the test: it takes no code of such an object.
            return ["opaque"]
        if (known := self._mirror.number_of(value)) is not None:
            return ["same", known]
        number = self._numbers.get(id(value))
        if number is not None:
            return ["ref", number]
        number, self._next = self._next, self._next + 1
        self._numbers[id(value)], self._objects[number] = number, value
        encoder.on_undo(lambda: self._forget(number))
        description = describe(value)
        if isinstance(value, type) and issubclass(value, BaseException):
            # A test may catch it by the name of a class that it is derived from.
            parent = value.__mro__[1]
            description["parent"] = self._parent(encoder, parent, depth)
        return ["ref", number, description]

    def _parent(self, encoder: Encoder, parent: type, depth: int) -> Tree:
        """The class from which an exception's is derived, where the test must be told of it."""
        if _is_known(parent):
            return None
        shared = self._class_name(parent)
        return self._refer(encoder, parent, depth) if shared is None else ["shared", shared]

    def _forget(self, number: int) -> None:
        value = self._objects.pop(number, None)
        self._numbers.pop(id(value), None)

    def _resolve(self, tree: list[Tree]) -> Any:
        if tree[0] == "ref":
            return self._objects[tree[1]]
        if tree[0] == "own":
            return self._test_object(tree[1], tree[2])
        if tree[0] == "global":
            return resolve_global(tree[1], tree[2], self._namespace)
        raise CodecError(f"an unknown tag {tree[0]!r}")

    def _test_object(self, number: int, description: Mapping[str, Any]) -> TestObject:
        found = self._test_objects.get(number)
        if found is None:
            known = description.get("known")
            base = None if known is None else BUILTIN.get(known) or self._find_class(known)
            found = self._test_objects[number] = test_object(self, number, description, base)
        return found

    def call_back(self, number: int, what: str, args: tuple[Any, ...], kwargs: Any) -> Any:
        """Ask the test for an operation on one of its own objects.

        Raises:
            Exception: What it raised, as the nearest built-in type.
            RuntimeError: The test's call is over.
        """
        with self._lock:
            if not self._calls:
                raise RuntimeError("the test's call is over; its functions can't be called now")
            for patches in reversed(self._patches):
                patches.off()
            try:
                return self._ask(number, what, args, kwargs)
            finally:
                for patches in self._patches:
                    patches.on()

    def _ask(self, number: int, what: str, args: tuple[Any, ...], kwargs: Any) -> Any:
        encoder = self._encoder()
        try:
            request = {
                "op": "back",
                "number": self._calls[-1],
                "object": number,
                "what": what,
                **self._changes(encoder),
                "args": encoder.items(args, 0),
                "kwargs": {name: encoder.encode(value) for name, value in kwargs.items()},
                "rest": encoder.rest(),
                **self._aftermath(),
            }
        except BaseException:
            encoder.undo()
            raise
        self._link.send(Message(request, encoder.buffers))
        self._mirror.settle()
        while (message := self._link.receive()).data.get("op") != "answer":
            self._answer(message)
        self._random.receive(message.data.get("random"))
        decoder = self._decoder(message)
        self._mirror.receive(decoder, message.data)
        raised = message.data.get("raised")
        value = decoder.decode(message.data.get("value"))
        decoder.finish(message.data.get("rest"))
        self._mirror.settle()
        if raised is not None:
            raise _exception(raised)
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


def _unpickle(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    # From the test, which is trusted; never the other way.
    return pickle.loads(decoder.buffer(parts[0]))  # noqa: S301


def _fill_pickled(own: Any, found: Any) -> None:
    vars(own).clear()
    vars(own).update(vars(found))


def _exception(raised: Mapping[str, Any]) -> BaseException:
    """Stand-in for an exception that the test's own code raised in a callback."""
    error = nearest_exception(raised["kinds"])(raised["text"])
    setattr(error, _OWN, raised["own"])
    return error


def _is_known(kind: type) -> bool:
    """Whether a class is one that the test's side has by itself."""
    return kind.__module__ != "__main__"


def _attributes(error: BaseException) -> dict[str, Any]:
    return {name: value for name, value in vars(error).items() if not name.startswith("__")}


def serve(descriptor: int, namespace: MutableMapping[str, Any], turn: int) -> None:
    """Answer a test's requests until it is over.

    Args:
        descriptor: The connected socket, which stays open.
        namespace: The notebook's namespace.
        turn: See `SocketLink.turn`.
    """
    # The same objects keep their numbers from one test to the next.
    if descriptor not in _sides:
        link = SocketLink(socket.socket(fileno=os.dup(descriptor)))
        _sides[descriptor] = link, StudentSide(link, namespace)
    link, side = _sides[descriptor]
    link.turn = turn
    before = signal.signal(signal.SIGINT, lambda *_: link.interrupt())
    try:
        side.serve()
    finally:
        signal.signal(signal.SIGINT, before)


_sides: dict[int, tuple[SocketLink, StudentSide]] = {}

# This module is imported before processes are forked, after the libraries of the course.
import_libraries()
