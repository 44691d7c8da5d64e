"""What is fuzzed: a test asks for a student's functions, and the answers are the input's.

An input is a JSON list of messages, each ``{"data": {...}, "buffers": [HEX, ...]}``, which are what
the student's process sends, one after the other.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

import numpy as np

from proctor.remote.containers import CodecError
from proctor.remote.encoder import Encoder
from proctor.remote.instances import attributes_of
from proctor.remote.kinds import is_plain_type
from proctor.remote.link import LinkError, Message, parse
from proctor.remote.namespace import TestNamespace
from proctor.remote.profile import Profile, StudentLostError, UnexpectedObjectError
from proctor.remote.proxies import is_remote
from proctor.remote.test_side import TestSide

GIVEN = """
import collections, enum, random

class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def moved(self):
        return Point(self.x + 1, self.y)

class Colour(enum.Enum):
    RED = 1

Pair = collections.namedtuple("Pair", "first second")

class OwnError(Exception):
    pass

data = [1, [2, 3], {"a": (4,)}]
"""
"""What both sides define."""

TEST = """
mine = [3, 1, 2]
table = {"k": mine}
array = numpy.arange(6.0)
called = []

def callback(value, *more, **named):
    called.append(value)
    return [value, mine]

class Node:
    def __init__(self):
        self.children = []

results = []
for ask in (
    lambda: f(mine),
    lambda: f(mine, table, array, key=Point(1, 2)),
    lambda: f(callback, Node()),
    lambda: x,
    lambda: list(f(mine)),
    lambda: f(1) == f(2),
    lambda: f(3) == 3,
    lambda: x.append(1),
    lambda: [len(x), x[0], str(x), bool(x), isinstance(x, list), x + 1],
    lambda: f(data),
    lambda: g,
):
    try:
        results.append(ask())
    except Exception as error:
        results.append(error)
    except (SystemExit, KeyboardInterrupt) as error:
        results.append(error)
"""
"""The test. Its own errors are a student's, and no finding."""

PRIVATE = "what no message names"
_STUDENT = ("f", "g", "x")
_SHARED = ("Point", "Colour", "Pair", "OwnError", "data")
_MAX_WALK = 20_000


class FindingError(BaseException):
    """A message did what none may do; the test does not catch it."""


class _Script:
    """A connection on which one message after the other comes, whatever is sent."""

    def __init__(self, messages: Iterator[Message]) -> None:
        self._messages = messages
        self._asked: object = None

    def send(self, message: Message) -> None:
        """Remember the number of a question."""
        self._asked = message.data.get("number", self._asked)

    def receive(self) -> Message:
        """The next message, which answers the last question unless it says otherwise."""
        found = next(self._messages, None)
        if found is None:
            raise EOFError
        return Message({"op": "reply", "number": self._asked, **found.data}, found.buffers)


class _WatchedSide(TestSide):
    """Raises `FindingError` where an exception of the engine's own gets out."""

    def _request(self, op: str, args: Any, kwargs: Any, *, origin: str = "") -> Any:
        try:
            value = super()._request(op, args, kwargs, origin=origin)
        except StudentLostError as error:
            if not isinstance(error.__cause__, CodecError | RecursionError | None):
                raise FindingError(f"{op}: {error.__cause__!r}") from error.__cause__
            raise
        except (UnexpectedObjectError, KeyError):
            raise
        except BaseException as error:
            if _is_told(error):
                check_plain(error.args)
                raise
            raise FindingError(f"{op}: {type(error).__name__}: {error}") from error
        check_plain(value)
        return value


def _is_told(error: BaseException) -> bool:
    """Whether an exception is one that ends a test, or that the student's process has told of."""
    marks = ("__proctor_student__", "__proctor_passed__")
    known = isinstance(error, StudentLostError | UnexpectedObjectError)
    return known or any(getattr(error, mark, False) for mark in marks)


def messages_of(data: bytes) -> list[Message]:
    """The messages of an input; none if it is no input.

    Raises:
        LinkError: They are more than may cross.
    """
    found = []
    try:
        told = json.loads(data)
        for one in told if isinstance(told, list) else ():
            buffers = [bytes.fromhex(buffer) for buffer in one["buffers"]]
            found.append(Message(parse(json.dumps(one["data"]).encode()), buffers))
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    return found


def run(data: bytes) -> None:
    """Play an input.

    Raises:
        FindingError: Something came through that must not.
    """
    try:
        messages = messages_of(data)
    except LinkError:
        return
    before = random.getstate(), np.random.get_state()
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            _play(messages)
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])


def _play(messages: Sequence[Message]) -> None:
    own: dict[str, Any] = {"__name__": "__main__", "numpy": np, "private": [PRIVATE]}
    exec(GIVEN, own)  # noqa: S102 - trusted, above
    namespace = TestNamespace(own, student=_STUDENT, defined=_SHARED, read=())
    side = _WatchedSide(_Script(iter(messages)), namespace=namespace, shared=frozenset(_SHARED))
    code = {name: vars(own[name]).copy() for name in ("Point", "Colour", "Pair", "OwnError")}
    side.begin(Profile(None))
    namespace.begin()
    namespace.notebook = side
    try:
        exec(TEST, namespace)  # noqa: S102 - trusted, above
    except FindingError:
        raise
    except BaseException as error:
        if not _is_told(error):
            raise
    finally:
        namespace.notebook = None
        side._watch.stop()
    if own["private"] != [PRIVATE]:
        raise FindingError("what was never passed has changed")
    for name, content in code.items():
        if vars(own[name]) != content:
            raise FindingError(f"the class {name} has changed")


def check_plain(value: Any) -> None:
    """Make sure that a received value is data, a stand-in or the test's own, and can be sent on.

    Raises:
        FindingError: It is anything else.
    """
    left, seen = [value], set()
    while left and len(seen) < _MAX_WALK:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        kind = type(one)
        if isinstance(one, Mapping) and is_plain_type(kind):
            left += [part for pair in one.items() for part in pair]
        elif isinstance(one, list | tuple | set | frozenset):
            left += list(one)
        elif isinstance(one, np.ndarray) and one.dtype == object:
            left += one.ravel().tolist()
        elif kind.__module__ == "__main__" and not is_remote(one):
            left += attributes_of(one).values()
    try:
        Encoder(lambda own, found, depth: None, max_bytes=1 << 26).encode(value)
    except (CodecError, UnexpectedObjectError):
        return
    except Exception as error:
        raise FindingError(f"what came can't be sent: {type(error).__name__}: {error}") from error
