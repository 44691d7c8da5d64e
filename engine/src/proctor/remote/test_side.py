"""The test's side: sends requests to the student's process, and answers its callbacks.

What comes back is the student's word on what a call returned, and nothing else: it is decoded from
plain data, and no code of the student's ever runs here.
"""

from __future__ import annotations

import builtins
import pickle
import sys
import types
import unittest
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping
from typing import Any, NoReturn

import proctor.remote.plain  # noqa: F401 - registers the standard library's types
from proctor.remote import operations
from proctor.remote.changes import Snapshot
from proctor.remote.codec import CodecError, Decoder, Encoder, Tree, is_plain_type
from proctor.remote.link import MAX_BYTES, Link, LinkError, Message
from proctor.remote.proxies import ReferenceComparedError, Remote, is_remote, stand_in
from proctor.remote.randomness import RandomState
from proctor.remote.references import (
    SPECIAL_METHODS,
    describe,
    global_name,
    nearest_exception,
    qualified_name,
)

MAX_REQUESTS = 100_000
"""Maximum requests and callbacks of one test."""

_MAX_NESTING = 40
"""Maximum calls within callbacks within calls."""

_TYPES = {
    kind.__name__: kind
    for kind in (
        types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.GeneratorType,
        types.ModuleType, types.CoroutineType, map, filter, zip, enumerate, reversed,
    )
}  # fmt: skip
_CROSSING = (Exception, SystemExit, KeyboardInterrupt)
"""Classes of exceptions that cross as what they are."""

_SKIPS = (unittest.SkipTest,)
_NOW = vars(builtins)
_BUILTINS = {name: value for name, value in _NOW.items() if not name.startswith("_")}


class StudentLostError(Exception):
    """The student's process does not answer, or what it sends is no answer."""


class UnexpectedObjectError(TypeError):
    """An object came back where the solution returns data, and the test passes data to it."""


class Profile:
    """What a test did with objects of the instructor's solution in which its data reached them.

    A function that returns an object of a class of its own, where the solution returns a number,
    could otherwise receive the expected value as an operand, and answer as if it were equal.
    """

    def __init__(self, allowed: Collection[str] | None = None) -> None:
        """Create it.

        Args:
            allowed: What is allowed; None: everything, which is recorded.
        """
        self._allowed = None if allowed is None else frozenset(allowed)
        self.used: set[str] = set()
        self.refused: Exception | None = None

    def check(self, use: str, kind: str) -> None:
        """Record a use of an object.

        Args:
            use: What is done with it.
            kind: Type of the object.

        Raises:
            UnexpectedObjectError: The solution did not need it.
        """
        self.used.add(use)
        if self._allowed is not None and use not in self._allowed:
            raise self.refuse(
                UnexpectedObjectError(
                    f"an object of type {kind} came back where the test expects plain data"
                )
            )

    def refuse(self, error: Exception) -> Exception:
        """Remember why the test fails, whatever it catches; return the error to raise."""
        self.refused = self.refused or error
        return error


class TestSide:
    """Requests about one notebook."""

    __test__ = False

    def __init__(
        self,
        link: Link,
        *,
        namespace: MutableMapping[str, Any] | None = None,
        shared: Collection[str] = (),
        hidden: Collection[str] = (),
    ) -> None:
        """Create it.

        Args:
            link: The connection to the student's process.
            namespace: The test's own names, where classes are looked up that both sides define.
            shared: Names that both sides define alike.
            hidden: Packages that the student's side does not have.
        """
        self.profile = Profile()
        self._link = link
        self._names = {} if namespace is None else namespace
        self._shared = shared
        self._hidden = tuple(hidden)
        self._remotes: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._descriptions: dict[int, Mapping[str, Any]] = {}
        self._own: dict[int, Any] = {}
        self._own_numbers: dict[int, int] = {}
        self._classes: list[type] = []
        self._random = RandomState()
        self._number = 0
        self._active: list[int] = []
        self._depth = 0
        self.requests = 0
        self.last_call = ""

    def begin(self, profile: Profile) -> None:
        """Start a test."""
        self.profile, self.requests, self._depth = profile, 0, 0
        self.last_call = ""

    def end(self) -> None:
        """Tell the student's side that the test is over."""
        self._link.send(Message({"op": "end"}))

    def get(self, name: str) -> Any:
        """The value of a name of the notebook.

        Raises:
            NameError: There is none.
        """
        try:
            found = self._request("get", (name,), {})
        except KeyError:
            raise NameError(f"name {name!r} is not defined", name=name) from None
        if is_remote(found):
            object.__setattr__(found, "_proctor_origin", "name")
        return found

    def set(self, name: str, value: Any) -> None:
        """Give a name of the notebook a value."""
        self._request("set", (name, value), {})

    def delete(self, name: str) -> None:
        """Delete a name of the notebook.

        Raises:
            NameError: There is none.
        """
        try:
            self._request("delete", (name,), {})
        except KeyError:
            raise NameError(f"name {name!r} is not defined", name=name) from None

    def names(self) -> list[str]:
        """The notebook's names."""
        found = self._request("names", (), {})
        return [name for name in found if type(name) is str] if type(found) is list else []

    def do(self, what: str, *args: Any, **kwargs: Any) -> Any:
        """Perform an operation on an object of the student's; see `operations`.

        Raises:
            UnexpectedObjectError: See `Profile`.
            StudentLostError: The student's process does not answer.
            BaseException: What the student's code raised, as the nearest built-in type.
        """
        own = args[0]
        self._check_use(what, own, args[1:], kwargs)
        if what == "call":
            self.last_call = f"{_called(own)} was called"
        value = self._request(what, args, kwargs)
        if what == "call":
            self.last_call = f"{_called(own)} returned {_in_kind(value)}"
        if what == "getattr" and is_remote(value):
            origin = f"{own._proctor_type}.{args[1]}"
            object.__setattr__(value, "_proctor_origin", origin)
        return value

    def refuse(self, problem: str) -> Exception:
        """See `proxies.Calls.refuse`."""
        return self.profile.refuse(ReferenceComparedError(problem))

    def truth(self, own: Remote) -> bool:
        """See `proxies.Calls.truth`."""
        self.profile.check(f"bool {own._proctor_type}", own._proctor_type)
        if "bool" in own._proctor_methods:
            return self._request("bool", (own,), {}) is True
        if "len" in own._proctor_methods:
            return bool(self._request("len", (own,), {}))
        return True

    def claimed_class(self, name: str) -> type | None:
        """See `proxies.Calls.claimed_class`."""
        if name in _TYPES:
            return _TYPES[name]
        module, _, short = name.rpartition(".")
        found: Any = None
        if module == "__main__":
            found = dict.get(self._names, short) if isinstance(self._names, dict) else None
        elif module in sys.modules:
            found = vars(sys.modules[module]).get(short)
        return found if type(found) is type and not is_plain_type(found) else None

    def _check_use(self, what: str, own: Any, args: tuple[Any, ...], kwargs: Any) -> None:
        if what in operations.READING or what in operations.COMPARISONS or what == "array":
            return
        if all(is_remote(value) for value in (*args, *kwargs.values())):
            return
        kind = own._proctor_type if is_remote(own) else type(own).__name__
        origin = _origin(own)
        if kind == "module" or (what == "call" and origin.startswith("module.")):
            raise self.profile.refuse(
                UnexpectedObjectError(
                    "a test can't use a module that only the student's notebook has imported"
                )
            )
        if what != "call":
            self.profile.check(f"{what} {kind}", kind)
        elif is_remote(own) and origin != "name":
            self.profile.check(f"call {origin}", origin.rpartition(".")[0] or kind)

    def _request(self, op: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        self._count()
        encoder = self._encoder()
        self._number += 1
        number = self._number
        data: dict[str, Any] = {
            "op": op,
            "number": number,
            "args": encoder.items(args, 0),
            "kwargs": {name: encoder.encode(value) for name, value in kwargs.items()},
            "random": self._random.send(),
        }
        if patched := _patched_builtins():
            data["builtins"] = {name: encoder.encode(value) for name, value in patched.items()}
        self._send(Message(data, encoder.buffers))
        self._active.append(number)
        try:
            while True:
                message = self._receive()
                told = message.data.get("number")
                if message.data.get("op") == "back":
                    self._answer(message, expected=told in self._active)
                elif message.data.get("op") == "reply" and told == number:
                    return self._value(message, encoder, op)
                # An earlier test may have been interrupted before its answer came.
                elif type(told) is not int or told in self._active or told > number:
                    raise self.profile.refuse(
                        StudentLostError("what came back is no answer to what was asked")
                    )
        finally:
            self._active.remove(number)

    def _value(self, message: Message, encoder: Encoder, op: str) -> Any:
        data = message.data
        self._take_aftermath(data)
        raised = data.get("raised")
        if raised is not None:
            self._raise(raised, message, op)
        decoder = Decoder(
            self._resolve, [bytes(b) for b in message.buffers], containers=encoder.containers
        )
        try:
            value = decoder.decode(data.get("value"))
            for number, tree in _pairs(data.get("changed")):
                if not 0 <= number < len(encoder.containers):
                    raise CodecError("no such argument")
                decoder.update(number, tree)
        except (CodecError, RecursionError) as error:
            raise self.profile.refuse(
                StudentLostError(f"what came back can't be read: {error}")
            ) from None
        return value

    def _raise(self, raised: Any, message: Message, op: str) -> NoReturn:
        if not isinstance(raised, dict):
            raise self.profile.refuse(StudentLostError("an exception that is none"))
        own = raised.get("own")
        if type(own) is int and isinstance(self._own.get(own), BaseException):
            raise self._own[own]
        kinds = [kind for kind in raised.get("kinds") or () if isinstance(kind, str)]
        raise self._exception(kinds, str(raised.get("text"))[:2000], raised, message, op)

    def _exception(
        self, kinds: list[str], text: str, raised: Mapping[str, Any], message: Message, op: str
    ) -> BaseException:
        base = self._exception_class(kinds, raised.get("class"))
        if issubclass(base, _SKIPS) or (issubclass(base, StopIteration) and op != "next"):
            # These would end the test, or a loop in it, as if all were well.
            base = RuntimeError
        args: Any = None
        try:
            decoder = Decoder(self._resolve, [bytes(b) for b in message.buffers])
            args = decoder.decode(raised.get("args"))
        except CodecError:
            pass
        try:
            error = base(*args) if type(args) is list else base(text)
            if str(error) != text:
                error = base(text)
        # Some take arguments of other types.
        except Exception:
            error = RuntimeError(text)
        error.__proctor_student__ = True  # type: ignore[attr-defined]
        return error

    def _exception_class(self, kinds: list[str], told: Any) -> type[BaseException]:
        """The student's own class, or one that both sides know."""
        for kind in kinds:
            module, _, name = kind.rpartition(".")
            known: Any = None
            if module == "__main__" and name in self._shared and isinstance(self._names, dict):
                known = dict.get(self._names, name)
            elif module in sys.modules and module != "__main__":
                known = vars(sys.modules[module]).get(name)
            elif module == "__main__" and kind == kinds[0] and isinstance(told, list):
                try:
                    known = self._resolve(told)
                except CodecError as error:
                    raise self.profile.refuse(
                        StudentLostError(f"what came back can't be read: {error}")
                    ) from None
            if isinstance(known, type) and issubclass(known, _CROSSING):
                return known
        nearest = nearest_exception(kinds)
        return nearest if issubclass(nearest, _CROSSING) else RuntimeError

    def _take_aftermath(self, data: Mapping[str, Any]) -> None:
        for part in data.get("printed") or ():
            stream, text = part
            if isinstance(text, str):
                (sys.stderr if stream == "stderr" else sys.stdout).write(text)
        try:
            self._random.receive(data.get("random"))
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
            if self._depth > _MAX_NESTING:
                raise RecursionError("the test's functions are called within one another too often")
            decoder = Decoder(self._resolve, [bytes(b) for b in message.buffers])
            args = [decoder.decode(tree) for tree in data.get("args") or ()]
            kwargs = {str(k): decoder.decode(t) for k, t in (data.get("kwargs") or {}).items()}
            before = [Snapshot(container) for container in decoder.containers]
            own = self._own.get(data.get("object"))  # type: ignore[arg-type]
            value = _perform(own, str(data.get("what")), args, kwargs)
            encoder = self._encoder(decoder.containers)
            answer: dict[str, Any] = {
                "value": encoder.encode(value),
                "changed": [
                    [number, encoder.content(number)]
                    for number, snapshot in enumerate(before)
                    if snapshot.changed(decoder.containers[number])
                ],
            }
        except (StudentLostError, KeyboardInterrupt):
            raise
        except BaseException as error:
            answer = {"raised": self._told(error)}
            encoder = self._encoder()
        finally:
            self._depth -= 1
        answer["random"] = self._random.send()
        self._send(Message({"op": "answer", **answer}, encoder.buffers))

    def _told(self, error: BaseException) -> dict[str, Any]:
        # The text of a failed assertion may hold what is expected.
        text = "" if isinstance(error, AssertionError) else str(error)
        kinds = [qualified_name(kind) for kind in type(error).__mro__]
        return {"own": self._own_number(error), "kinds": kinds, "text": text}

    def _encoder(self, containers: Any = ()) -> Encoder:
        return Encoder(self._refer, max_bytes=MAX_BYTES - 1024 * 1024, containers=containers)

    def _refer(self, value: Any) -> Tree:
        if is_remote(value):
            return ["ref", value._proctor_number]
        if isinstance(value, type) and isinstance(vars(value).get("_proctor_number"), int):
            return ["ref", vars(value)["_proctor_number"]]
        found = global_name(value)
        if found is not None and self._is_there(*found):
            return ["global", *found]
        if callable(value) or _is_of_test(value) or isinstance(value, Iterator):
            return ["own", self._own_number(value), describe(value)]
        return ["pickle", pickle.dumps(value).hex()]

    def _is_there(self, module: str, name: str) -> bool:
        top = module.split(".")[0]
        if top == "__main__":
            return name.split(".")[0] in self._shared
        return top not in self._hidden and top != "proctor"

    def _own_number(self, value: Any) -> int:
        number = self._own_numbers.get(id(value))
        if number is None:
            number = len(self._own) + 1
            self._own[number], self._own_numbers[id(value)] = value, number
        return number

    def _resolve(self, tree: list[Tree]) -> Any:
        if tree[0] == "own" and len(tree) == 2 and tree[1] in self._own:
            return self._own[tree[1]]
        if tree[0] != "ref" or len(tree) not in (2, 3) or type(tree[1]) is not int:
            raise CodecError("an unknown tag")
        number = tree[1]
        if len(tree) == 3:
            self._descriptions[number] = checked_description(tree[2])
            self._remotes.pop(number, None)
        found = self._remotes.get(number)
        if found is None:
            if number not in self._descriptions:
                raise CodecError("an object that was never described")
            description = self._descriptions[number]
            parent = description["parent"]
            base = None if parent is None else self._resolve(parent)
            found = stand_in(self, number, description, base)
            self._remotes[number] = found
            if isinstance(found, type):
                # A class must stay the same for as long as instances of it may be caught.
                self._classes.append(found)
        return found

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


def checked_description(tree: Any) -> Mapping[str, Any]:
    """Check a description of an object, which the student's process made.

    Raises:
        CodecError: It is none.
    """
    if not isinstance(tree, dict) or not isinstance(tree.get("methods"), list):
        raise CodecError("a description that is none")
    bases = tree.get("bases", [])
    texts = [tree.get("type"), tree.get("name", ""), *tree["methods"], *bases]
    if not all(isinstance(text, str) and len(text) <= 200 for text in texts) or len(texts) > 200:
        raise CodecError("a description that is none")
    return {
        "type": str(tree["type"]),
        "kind": str(tree.get("kind")),
        "name": str(tree.get("name", "")) or "object",
        "methods": tuple(sorted(SPECIAL_METHODS.intersection(tree["methods"]))),
        "bases": list(bases) or ["object"],
        "parent": tree["parent"] if isinstance(tree.get("parent"), list) else None,
    }


def _called(own: Any) -> str:
    name = own._proctor_name if is_remote(own) else type(own).__name__
    return str(name)[:80]


def _in_kind(value: Any) -> str:
    """What a value is, without its content."""
    if value is None:
        return "None"
    kind = value._proctor_type if is_remote(value) else qualified_name(type(value))
    shape = None if is_remote(value) else getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        return f"{kind} of shape {shape}"
    if isinstance(value, list | tuple | dict | set | str):
        return f"{kind} of length {len(value)}"
    return kind


def _origin(own: Any) -> str:
    return str(own._proctor_origin) if is_remote(own) else ""


def _is_of_test(value: Any) -> bool:
    """Whether an object's class is one that the test has made."""
    return type(value).__module__ == "__main__"


def _patched_builtins() -> dict[str, Any]:
    """Built-in functions that the test has replaced, by name."""
    return {
        name: found
        for name, value in _BUILTINS.items()
        if (found := _NOW.get(name, value)) is not value
    }


def _pairs(tree: Any) -> list[tuple[int, Tree]]:
    if not isinstance(tree, list):
        return []
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in tree):
        raise CodecError("a change that is none")
    if not all(type(number) is int for number, _ in tree):
        raise CodecError("a change that is none")
    return [(number, content) for number, content in tree]


def _perform(own: Any, what: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Perform an operation on an object of the test's, if the student's process may ask for it."""
    if own is None:
        raise TypeError("no such object")
    if what == "getattr":
        (name,) = args
        if not _is_of_test(own) or not isinstance(name, str) or name.startswith("_"):
            raise AttributeError(str(name))
        return getattr(own, name)
    if what not in SPECIAL_METHODS:
        raise TypeError(f"{what} can't be asked for")
    if what == "call":
        return own(*args, **kwargs)
    method: Callable[..., Any] = getattr(type(own), f"__{what}__")
    return method(own, *args, **kwargs)


__all__ = ["Profile", "ReferenceComparedError", "StudentLostError", "TestSide"]
