"""The test's side: sends requests to the student's process, and answers its callbacks.

What comes back is the student's word on what a call returned, and nothing else: it is decoded from
plain data, and no code of the student's ever runs here.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Collection, Mapping, Sequence, Set, ValuesView
from contextlib import suppress
from pathlib import Path
from typing import Any

import proctor.remote.plain  # noqa: F401 - registers the standard library's types
from proctor.remote import operations
from proctor.remote.containers import CodecError, listed
from proctor.remote.decoder import Decoder
from proctor.remote.encoder import Encoder
from proctor.remote.given import code_state, digest_of, is_code, is_opaque, state_of_file
from proctor.remote.kinds import Tree
from proctor.remote.link import MAX_BYTES, Link, LinkError, Message
from proctor.remote.mirror import Mirror
from proctor.remote.namespace import TestNamespace
from proctor.remote.nesting import MAX_NESTING, deeper
from proctor.remote.objects import Objects
from proctor.remote.origins import OF_MODULE, called, in_kind, is_module, root, step, unexpected
from proctor.remote.own_objects import perform
from proctor.remote.patches import Watch
from proctor.remote.profile import APART, NO_ITEMS, Profile, StudentLostError, UnexpectedObjectError
from proctor.remote.proxies import ReferenceComparedError, Remote, is_iterator, is_remote
from proctor.remote.raised import raised_exception, set_attributes
from proctor.remote.randomness import RandomState, SeparateRandomState
from proctor.remote.references import (
    qualified_name,
)

_ENDING = (".send()", ".throw()", ".__next__()")
"""Calls that end a generator."""

MAX_REQUESTS = 100_000
"""Maximum requests and callbacks of one test."""

_FREE = frozenset(
    {
        *("getattr", "next", "length_hint", "await", "array", "str", "repr", "bytes"),
        *("dir", "isinstance", "issubclass", "source", "signature", "type"),
    }
)
"""Operations whose result is data, or comes bit by bit: a liar gains nothing by them."""

_PLAIN_OPERATION = {
    f"{side}{name}": name
    for side in ("i", "r")
    for name in ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "and", "or")
}


class TestSide:
    """Requests about one notebook.

    Attributes:
        profile: What the current test may do.
        requests: How many requests and callbacks there were in it.
        last_call: The function that it called last, and what came back in kind.
        deleted: Names of the notebook that it has deleted for good.
    """

    __test__ = False

    def __init__(
        self,
        link: Link,
        *,
        namespace: TestNamespace | None = None,
        shared: Collection[str] = (),
        hidden: Collection[str] = (),
    ) -> None:
        """Create it.

        Args:
            link: The connection to the student's process.
            namespace: The test's own names, where classes are looked up that both sides define.
            shared: Names that both sides define alike.
            hidden: Modules that the student's side does not have, each with all below it.
        """
        self._link = link
        self._objects = Objects(self, namespace, shared, hidden)
        self._random: RandomState = RandomState()
        self._watch = Watch(tuple(hidden))
        self._number = 0
        self._lock = threading.RLock()
        self._active: list[int] = []
        self._asked: list[str] = []
        self._passing: list[set[int]] = []
        self._start(Profile(), for_check=False)

    def begin(self, profile: Profile, *, for_check: bool = False) -> None:
        """Start a test.

        Args:
            profile: What it may do with the student's objects.
            for_check: Whether it is one of the course's checks, which is written for such calls: it
                shares no random state, classes or replaced functions with the student's process,
                and looks itself at what kind of data comes back.
        """
        self._start(profile, for_check=for_check)
        if not for_check:
            self._watch.start()

    def _start(self, profile: Profile, *, for_check: bool) -> None:
        self.profile, self.requests, self._depth = profile, 0, 0
        self._for_check = for_check
        self._objects.begin(for_check=for_check)
        if for_check != isinstance(self._random, SeparateRandomState):
            self._random = SeparateRandomState() if for_check else RandomState()
        self.last_call = ""
        self.deleted: set[str] = set()
        self._mirror = Mirror(1)
        self._begun = False
        self._pending: dict[str, Any] = {}
        self._written: set[str] = set()
        self._fetched: dict[str, Any] = {}
        self._given: set[str] = set()
        self._watch.stop()

    def end(self) -> None:
        """Tell the student's side that the test is over."""
        try:
            if self._pending:
                self._request("nothing", (), {})
        finally:
            self._watch.stop()
            self._send(Message({"op": "end"}))

    def get(self, name: str) -> Any:
        """The value of a name of the notebook.

        Raises:
            NameError: There is none.
        """
        if name in self._fetched:
            return self._fetched[name]
        try:
            value = self._request("get", (name,), {}, origin=name)
        except KeyError:
            raise NameError(f"name {name!r} is not defined", name=name) from None
        if is_remote(value):
            self._fetched[name] = value
        return value

    def set(self, name: str, value: Any) -> None:
        """Give a name of the notebook a value, with the next request."""
        self._fetched.pop(name, None)
        self.deleted.discard(name)
        self._pending[name] = value
        self._written.add(name)

    def delete(self, name: str) -> None:
        """Delete a name of the notebook.

        Raises:
            NameError: There is none.
        """
        self._written.discard(name)
        self._fetched.pop(name, None)
        if self._objects.names is None or name in self._objects.names.student:
            self.deleted.add(name)
        try:
            self._request("delete", (name,), {})
        except KeyError:
            raise NameError(f"name {name!r} is not defined", name=name) from None

    def remove(self, names: Collection[str]) -> None:
        """Take names away from the notebook, until its own cells assign them."""
        for name in sorted(names):
            with suppress(KeyError):
                self._request("delete", (name,), {})

    def names(self) -> list[str]:
        """The notebook's names."""
        found = self._request("names", (), {})
        return [name for name in found if type(name) is str] if type(found) is list else []

    def given(self, values: Mapping[str, Any]) -> None:
        """Make sure that variables of both sides hold the same, and that they stay the same.

        Args:
            values: What they hold on this side, by name.

        Raises:
            UnexpectedObjectError: The student's side has changed one.
        """
        asked: list[list[Any]] = []
        linked = []
        for name, value in values.items():
            if is_code(value):
                asked.append([name, digest_of(code_state(value), self._objects.class_name)[0], []])
                continue
            digest, containers = digest_of(value, self._objects.class_name)
            numbers = [self._mirror.number_of(c) or self._mirror.reserve(1) for c in containers]
            asked.append([name, digest, numbers])
            linked += [(n, c, name) for n, c in zip(numbers, containers, strict=True)]
        self._insist(asked)
        self._given |= values.keys()
        for number, container, name in linked:
            if number not in self._mirror:
                self._mirror.put(number, container)
            self._mirror.mark(container, name)
        self._mirror.settle()

    def check_apart(self, name: str, value: Any) -> None:
        """Make sure that the test may use a given object that exists twice.

        Raises:
            UnexpectedObjectError: Both the test and the student's functions read it, and nobody
                sees what they do to it.
        """
        if is_opaque(value, self._objects.class_name):
            problem = f"the notebook gives {name}, which can't be compared"
            self.profile.check(APART, problem)

    def check_given(self) -> None:
        """Make sure that what the notebook gives is still the same on both sides.

        Raises:
            UnexpectedObjectError: The student's side has changed it.
        """
        asked = []
        for name in sorted(self._given):
            value = self._objects.own_name(name)
            if value is not None:
                state = code_state(value) if is_code(value) else value
                asked.append([name, digest_of(state, self._objects.class_name)[0], None])
        if asked:
            self._insist(asked)

    def differ(self, paths: Collection[str]) -> bool:
        """Whether a file of the notebook's folder is not the same on both sides."""
        folder = Path.cwd()
        found = {str(path): path for path in (folder / name for name in paths)}
        names = sorted(
            str(path.relative_to(folder))
            for path in found.values()
            if path.is_relative_to(folder) and path.is_file()
        )
        states = [state_of_file(name) for name in names]
        return bool(names) and self._request("files", (names,), {}) != states

    def _insist(self, asked: list[list[Any]]) -> None:
        differing = self._request("given", (asked,), {})
        if differing == []:
            return
        known = {name for name, *_ in asked}
        told = [n for n in differing if n in known] if type(differing) is list else []
        problem = (
            f"the notebook gives {told[0] if told else 'data'}, which is not the same in the "
            "student's kernel: the student's code changes it, or it is random without a seed"
        )
        raise self.profile.refuse(UnexpectedObjectError(problem))

    def do(self, what: str, /, *args: Any, **kwargs: Any) -> Any:
        """Perform an operation on an object of the student's; see `operations`.

        Raises:
            UnexpectedObjectError: See `Profile`.
            StudentLostError: The student's process does not answer.
            BaseException: What the student's code raised, as the nearest built-in type.
        """
        own = args[0]
        self._check_use(what, own, args[1:], kwargs)
        if what == "call":
            self.last_call = f"{called(own)} was called"
        value = self._request(what, args, kwargs, origin=step(what, own, args[1:]))
        if what == "call":
            self.last_call = f"{called(own)} returned {in_kind(value)}"
        return value

    def compare_with_data(self, own: Remote, name: str, other: Any) -> Any:
        """See `proxies.Calls.compare_with_data`."""
        # A class that says nothing of comparing is never what a test tests.
        compares = "eq" in own._proctor_methods or name not in ("eq", "ne")
        # By a class of the student's own: one of a library could be replaced by any that lies.
        compares = compares and own._proctor_type.startswith("__main__.")
        if compares and self.profile.permits(f"{name} {own._proctor_origin} with data"):
            return self._request(name, (own, other), {})
        problem = (
            f"an object of type {own._proctor_type} is compared with data of type "
            f"{type(other).__name__}; a test compares plain data"
        )
        raise self.profile.refuse(ReferenceComparedError(problem))

    def check_hash(self, own: Remote) -> None:
        """See `proxies.Calls.check_hash`."""
        self.profile.check(f"hash {own._proctor_origin}", unexpected(own))

    def check_items(self) -> None:
        """See `proxies.Calls.check_items`."""
        if not self._for_check:
            self.profile.check(NO_ITEMS, f"a {NO_ITEMS} came back")

    def check_swallowing(self, error: BaseException) -> None:
        """See `proxies.Calls.check_swallowing`."""
        kind = type(error).__name__
        self.profile.check(f"swallow {kind}", f"a with statement took a {kind} for done with")

    def equals_none(self, own: Remote, name: str) -> Any:
        """See `proxies.Calls.equals_none`."""
        if self.profile.permits(f"{name} {own._proctor_origin}"):
            return self._request(name, (own, None), {})
        return name == "ne"

    def truth(self, own: Remote) -> bool:
        """See `proxies.Calls.truth`."""
        self.profile.check(f"bool {own._proctor_origin}", unexpected(own))
        if "bool" in own._proctor_methods:
            return self._request("bool", (own,), {}) is True
        if "len" in own._proctor_methods:
            return bool(self._request("len", (own,), {}))
        return True

    def claimed_class(self, name: str, bases: Sequence[str]) -> type | None:
        """See `proxies.Calls.claimed_class`."""
        return self._objects.claimed_class(name, bases)

    def _check_use(self, what: str, own: Any, args: tuple[Any, ...], kwargs: Any) -> None:
        if what in _FREE or what == "hash" or (what == "iter" and is_iterator(own)):
            return
        only_theirs = all(is_remote(value) for value in (*args, *kwargs.values()))
        passing = what in operations.PASSING and what != "contains"
        if only_theirs and (what == "call" or passing):
            return
        origin = own._proctor_origin if is_remote(own) else type(own).__name__
        if is_module(own) or (what == "call" and origin.startswith(OF_MODULE)):
            raise self.profile.refuse(
                UnexpectedObjectError(
                    "a test can't use a module that only the student's notebook has imported"
                )
            )
        if what != "call" or not origin.isidentifier():
            # In place, or from the right, the same operand is passed.
            use = _PLAIN_OPERATION.get(what, what)
            self.profile.check(f"{use} {origin}", unexpected(own))

    def _request(
        self, op: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], *, origin: str = ""
    ) -> Any:
        # Threads of a test ask one after the other; callbacks come in the thread that asks.
        with self._lock:
            return self._ask(op, args, kwargs, origin)

    def _ask(self, op: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], origin: str) -> Any:
        self._count()
        self._number += 1
        number = self._number
        replaced = self._watch.suspend()
        encoder = self._encoder()
        try:
            data: dict[str, Any] = {"op": op, "number": number, "random": self._random.send()}
            if not self._begun:
                data["begin"] = {"shared": sorted(self._objects.shared), "apart": self._for_check}
            data |= self._mirror.send(encoder)
            data["set"] = [[name, encoder.encode(value)] for name, value in self._pending.items()]
            data["args"] = encoder.items(args, 0)
            data["kwargs"] = {name: encoder.encode(value) for name, value in kwargs.items()}
            data["patched"] = [[m, name, encoder.encode(value)] for m, name, value in replaced]
            data["rest"] = encoder.rest()
        except CodecError as error:
            encoder.undo()
            self._watch.resume()
            problem = f"what the test passes to the student's code can't cross: {error}"
            raise self.profile.refuse(StudentLostError(problem)) from None
        except BaseException:
            encoder.undo()
            self._watch.resume()
            raise
        self._active.append(number)
        self._asked.append(root(origin))
        self._passing.append(set())
        try:
            self._send(Message(data, encoder.buffers))
            self._mirror.settle()
            self._pending, self._begun = {}, True
            return self._value(self._reply(number), origin, op)
        finally:
            self._active.remove(number)
            self._asked.pop()
            self._passing.pop()
            self._watch.resume()

    def _reply(self, number: int) -> Message:
        while True:
            message = self._receive()
            told = message.data.get("number")
            if message.data.get("op") == "back":
                self._answer(message, expected=told in self._active)
            elif message.data.get("op") == "reply" and told == number:
                return message
            # An earlier test may have been interrupted before its answer came.
            elif type(told) is not int or told in self._active or told > number:
                raise self.profile.refuse(
                    StudentLostError("what came back is no answer to what was asked")
                )

    def _value(self, message: Message, origin: str, op: str) -> Any:
        data = message.data
        ends = op == "next" or (op == "call" and origin.endswith(_ENDING))
        self._take_aftermath(data)
        self._objects.origin = origin
        try:
            decoder = self._received(message)
            raised = data.get("raised")
            if raised is None:
                value = decoder.decode(data.get("value"))
            elif isinstance(raised, dict):
                own = raised.get("own")
                value = self._objects.own(own) if own in self._passing[-1] else None
                if isinstance(value, BaseException) and _may_pass(value, ends):
                    set_attributes(value, decoder.decode(raised.get("attributes")))
                    value.__proctor_passed__ = True  # type: ignore[attr-defined]
                else:
                    value = raised_exception(raised, decoder, self._objects.exception_class, ends)
            else:
                raise CodecError("an exception that is none")
            decoder.finish(data.get("rest"))
            if raised is None and self._objects.is_own_function(value):
                decoder.noticed.add("function of the test's")
            if self._holds_nothing(op, value):
                decoder.noticed.add(NO_ITEMS)
            self._check_kinds(decoder)
        except (UnexpectedObjectError, StudentLostError):
            raise
        # Whatever a crafted message makes go wrong here, it is no answer.
        except Exception as error:
            raise self.profile.refuse(
                StudentLostError(f"what came back can't be read: {error}")
            ) from error
        self._mirror.settle()
        if raised is not None:
            raise value
        return value

    def _holds_nothing(self, op: str, value: Any) -> bool:
        """Whether a function's result holds nothing, or ends at once.

        Functions that compare item by item find nothing wrong with it. Where the solution returns
        None, a list of nothing may stand for it. What ends an iteration: see `check_items`.
        """
        if self.profile.records and op in ("call", "next"):
            return value is None or _is_hollow(value)
        return op == "call" and _is_hollow(value)

    def _received(self, message: Message) -> Decoder:
        """Take over what student code has changed, and return the message's decoder."""
        decoder = Decoder(
            self._objects.resolve,
            [bytes(b) for b in message.buffers],
            containers=self._mirror,
            readers={"opaque": (_opaque, _never)},
            find_class=self._objects.find_class,
        )
        self._mirror.receive(decoder, message.data, self._takes)
        for told in listed(message.data.get("rebound")):
            if not isinstance(told, list) or len(told) not in (1, 2):
                raise CodecError("a variable that is none")
            name, *tree = told
            if not isinstance(name, str) or name not in self._written:
                raise CodecError("a variable that the test has not set")
            if not self.profile.takes(f"rebind {name}", name):
                continue
            if self._objects.names is not None:
                self._objects.names.rebind(name, [decoder.decode(one) for one in tree])
        return decoder

    def _takes(self, number: int) -> bool:
        """Whether a change of something of the test's is taken over.

        Where the solution changes nothing, it is not, unlike in one process: a function that
        empties its argument would pass ``mysort(data) == sorted(data)``. The student's process goes
        on with its own version.

        Raises:
            UnexpectedObjectError: It is what the notebook gives, and the solution leaves it alone.
        """
        if number not in self._mirror:
            return True
        if name := self._mirror.given(number):
            problem = f"the notebook gives {name}, and the student's code changes it"
            self.profile.check(f"change {name}", problem)
            return True
        if self._for_check or not self._mirror.is_ours(number):
            return True
        return self.profile.takes(f"change {self._objects.origin}", self._objects.origin)

    def _check_kinds(self, decoder: Decoder) -> None:
        """Refuse data that compare unlike others, where the solution has none."""
        for kind in () if self._for_check else decoder.noticed:
            self.profile.check(kind, f"a {kind} came back")

    def _take_aftermath(self, data: Mapping[str, Any]) -> None:
        printed = data.get("printed")
        for part in printed if isinstance(printed, list) else ():
            if isinstance(part, list) and len(part) == 2 and isinstance(part[1], str):
                (sys.stderr if part[0] == "stderr" else sys.stdout).write(part[1])
        # What a name means is asked for once, until student code gives it another meaning.
        stale = data.get("stale")
        for name in stale if isinstance(stale, list) else ():
            if isinstance(name, str):
                self._fetched.pop(name, None)
        told = data.get("random")
        try:
            # A state that the solution never changes is the test's alone.
            if told and self.profile.permits("random"):
                self._random.receive(told)
        except CodecError as error:
            raise self.profile.refuse(StudentLostError(str(error))) from None

    def _answer(self, message: Message, *, expected: bool) -> None:
        """Perform what the student's process asks of an object of the test's.

        Args:
            message: What it asks.
            expected: Whether it does so within a call that this test has made.
        """
        self._count()
        data = message.data
        self._take_aftermath(data)
        encoder = self._encoder()
        self._depth += 1
        try:
            if not expected:
                raise RuntimeError("the test's call is over")
            if self._depth > MAX_NESTING:
                raise RecursionError("the test's functions are called within one another too often")
            self._objects.origin = "callback()"
            decoder = self._received(message)
            told, named = data.get("args"), data.get("kwargs")
            args = list(decoder.items(told, 0)) if isinstance(told, list) else []
            trees = named.items() if isinstance(named, dict) else ()
            kwargs = {str(name): decoder.decode(tree) for name, tree in trees}
            decoder.finish(data.get("rest"))
            self._check_kinds(decoder)
            self._mirror.settle()
            own, what = self._objects.own(data.get("object")), str(data.get("what"))
            self._check_callback(own, what)
            with deeper(nested=True):
                value = self._performed(own, what, args, kwargs)
            answer = {**self._mirror.send(encoder), "value": encoder.encode(value)}
            answer["rest"] = encoder.rest()
        except (StudentLostError, KeyboardInterrupt):
            raise
        except BaseException as error:
            if isinstance(error, AssertionError) and not self._for_check:
                # Whatever the student's code makes of it.
                self.profile.refuse(error)
            encoder.undo()
            answer = {"raised": self._told(error), **self._mirror.send(encoder)}
            answer["rest"] = encoder.rest()
        finally:
            self._depth -= 1
        answer["random"] = self._random.send()
        self._send(Message({"op": "answer", **answer}, encoder.buffers))
        self._mirror.settle()

    def _check_callback(self, own: Any, what: str) -> None:
        """Refuse what the solution never does with the test's own objects."""
        if self._for_check:
            return
        kind = type(own).__name__
        if what in ("setattr", "delattr"):
            problem = f"the student's code changes an object of type {kind}"
            self.profile.check(f"{what} {kind}", problem)
        elif what == "call":
            # One that was kept from another call could be the answer, or know it.
            problem = f"{self._asked[-1]} calls what was passed to another function"
            self.profile.check(f"call back in {self._asked[-1]}", problem)

    def _performed(self, own: Any, what: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        self._watch.resume()
        try:
            return perform(own, what, args, kwargs, self._objects.kept)
        finally:
            self._watch.suspend()

    def _told(self, error: BaseException) -> dict[str, Any]:
        # The text of a failed assertion may hold what is expected.
        text = "" if isinstance(error, AssertionError) else str(error)
        kinds = [qualified_name(kind) for kind in type(error).__mro__]
        number = self._objects.own_number(error)
        # Nobody but the call within which it was raised may raise it again.
        self._passing[-1].add(number)
        return {"own": number, "kinds": kinds, "text": text}

    def _encoder(self) -> Encoder:
        return Encoder(
            self._objects.refer, max_bytes=MAX_BYTES - 1024 * 1024, containers=self._mirror
        )

    def _count(self) -> None:
        self.requests += 1
        if self.requests > MAX_REQUESTS:
            raise self.profile.refuse(
                StudentLostError(f"more than {MAX_REQUESTS:,} calls in one test")
            )

    def _send(self, message: Message) -> None:
        try:
            self._link.send(message)
        except OSError as error:
            raise self.profile.refuse(
                StudentLostError(f"the notebook's process is gone ({error})")
            ) from None

    def _receive(self) -> Message:
        try:
            return self._link.receive()
        except LinkError as error:
            raise self.profile.refuse(StudentLostError(str(error))) from None
        except (EOFError, OSError) as error:
            raise self.profile.refuse(
                StudentLostError(f"the notebook's process is gone ({error})")
            ) from None


def _opaque(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    raise CodecError("the student's code changed an object of a library that the test had passed")


def _may_pass(error: BaseException, ends: bool) -> bool:
    """Whether an exception of the test's own goes on through the student's code.

    Args:
        error: The exception.
        ends: Whether what was asked for may end an iteration; elsewhere it would end one of the
            test's, as if all were well.
    """
    return ends or not isinstance(error, StopIteration | StopAsyncIteration)


def _is_hollow(value: Any) -> bool:
    """Whether a value holds nothing, or nothing but such values."""
    if type(value) in (list, tuple, deque):
        return all(map(_is_hollow, value))
    return isinstance(value, _SIZED) and not value


_SIZED = (range, Set, Mapping, bytes, bytearray, ValuesView)


def _never(own: Any, found: Any) -> None:
    pass


__all__ = ["Profile", "ReferenceComparedError", "StudentLostError", "TestSide"]
