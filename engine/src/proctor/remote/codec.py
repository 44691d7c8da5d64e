"""Encode what crosses between the student's process and the test's, without pickle.

A value becomes a tree of JSON and a list of buffers. Strings, numbers of usual size, booleans and
None stand for themselves; everything else is a list that starts with a tag. Only exact types that
were registered (`plain`, `numeric`, `frames`) are data. An instance of a subclass, whose methods
may be the student's, is handed to `Encoder.refer`, like functions, classes and all other objects.

Mutable containers are numbered in the order in which they are met, and met again are named by their
number. So aliases and cycles survive, and a caller can ask how an argument was changed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any

Tree = Any
"""JSON: None, booleans, numbers, strings, and lists."""

MAX_DEPTH = 40
"""Maximum nesting of containers; each level is two of the tree's at most."""

MAX_INTEGER_BYTES = 100_000
"""Maximum size of an integer; to print a larger one takes seconds."""

_SMALL = 1 << 53

Writer = Callable[["Encoder", Any, int], "Tree"]
Reader = Callable[["Decoder", list["Tree"], int], Any]


class CodecError(ValueError):
    """A tree that no `Encoder` makes, or a value that exceeds a limit."""


class NotPlainError(Exception):
    """A value of a registered type that holds what is not plain data; it crosses by reference."""


class Encoder:
    """Encodes the values of one message.

    Attributes:
        buffers: The buffers that the trees refer to by index.
        containers: The mutable containers by their number.
    """

    def __init__(
        self, refer: Callable[[Any], Tree], *, max_bytes: int, containers: Sequence[Any] = ()
    ) -> None:
        """Create an encoder.

        Args:
            refer: Returns the tree for an object that is not plain data; its tag is the caller's.
            max_bytes: Maximum size of all values, about.
            containers: Containers that the other side knows by their index.
        """
        self.buffers: list[bytes | memoryview] = []
        self.containers: list[Any] = list(containers)
        self._numbers = {id(found): number for number, found in enumerate(self.containers)}
        self._refer = refer
        self._left = max_bytes

    def encode(self, value: Any, depth: int = 0) -> Tree:
        """Encode a value.

        Raises:
            CodecError: It is too large or nested too deeply.
        """
        kind = type(value)
        if kind is str:
            self._take(len(value))
            return value
        if value is None or kind is bool or kind is float:
            self._take(8)
            return value
        if kind is int:
            return self._integer(value)
        writer = _find_writer(kind)
        if writer is None:
            self._take(64)
            return self._refer(value)
        if depth > MAX_DEPTH:
            raise CodecError(f"data nested deeper than {MAX_DEPTH}")
        containers, buffers = len(self.containers), len(self.buffers)
        try:
            return writer(self, value, depth + 1)
        except NotPlainError:
            self._forget(containers, buffers)
            return self._refer(value)

    def content(self, number: int) -> Tree:
        """Encode what a container holds now; containers in it are named by their number."""
        container = self.containers[number]
        writer = _WRITERS[type(container)]
        del self._numbers[id(container)]
        try:
            return writer(self, container, 1)
        finally:
            # Writing has numbered it anew, at the end.
            self._numbers[id(container)] = number

    def buffer(self, data: bytes | memoryview) -> int:
        """Add a buffer, and return its index."""
        self._take(data.nbytes if isinstance(data, memoryview) else len(data))
        self.buffers.append(data)
        return len(self.buffers) - 1

    def number(self, container: Any) -> int | None:
        """Number a mutable container; None if it had no number yet, else the number."""
        known = self._numbers.get(id(container))
        if known is None:
            self._numbers[id(container)] = len(self.containers)
            self.containers.append(container)
        self._take(16)
        return known

    def items(self, values: Iterable[Any], depth: int) -> list[Tree]:
        """Encode several values."""
        return [self.encode(value, depth) for value in values]

    def _forget(self, containers: int, buffers: int) -> None:
        """Take back what was numbered and added since there were so many."""
        for container in self.containers[containers:]:
            del self._numbers[id(container)]
        del self.containers[containers:], self.buffers[buffers:]

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise CodecError("more data than may cross at once")

    def _integer(self, value: int) -> Tree:
        if -_SMALL < value < _SMALL:
            self._take(8)
            return value
        self._take(value.bit_length() // 4)
        if value.bit_length() > 8 * MAX_INTEGER_BYTES:
            raise CodecError(f"an integer of more than {MAX_INTEGER_BYTES:,} bytes")
        return ["int", format(value, "x")]


class Decoder:
    """Decodes the values of one message, which may be hostile.

    Attributes:
        containers: The mutable containers by their number.
    """

    def __init__(
        self,
        resolve: Callable[[list[Tree]], Any],
        buffers: Sequence[bytes],
        *,
        containers: Sequence[Any] = (),
    ) -> None:
        """Create a decoder.

        Args:
            resolve: Returns the object for a tree whose tag was not registered.
            buffers: The buffers of the message.
            containers: Containers that the other side names by their index.
        """
        self.containers: list[Any] = list(containers)
        self._resolve = resolve
        self._buffers = buffers
        self._slot = 0

    def decode(self, tree: Tree, depth: int = 0) -> Any:
        """Decode a tree.

        Raises:
            CodecError: It is malformed, or exceeds a limit.
        """
        if not isinstance(tree, list):
            if isinstance(tree, dict):
                raise CodecError("an object where a value was expected")
            return tree
        if not tree or not isinstance(tree[0], str) or depth > MAX_DEPTH + 1:
            raise CodecError("a list without a tag, or nested too deeply")
        reader = _find_reader(tree[0])
        if reader is None:
            return self._resolve(tree)
        self._slot = len(self.containers)
        slots = [_PENDING] if tree[0] in _MUTABLE_TAGS else []
        self.containers += slots
        slot = self._slot
        try:
            found = reader(self, tree[1:], depth + 1)
            if slots:
                self.containers[slot] = found
            return found
        except CodecError:
            raise
        # Whatever a crafted tree makes a constructor raise, it is malformed.
        except Exception as error:
            raise CodecError(f"malformed {tree[0]}: {type(error).__name__}") from error

    def update(self, number: int, tree: Tree) -> None:
        """Give a container what `Encoder.content` says that it holds.

        Raises:
            CodecError: It is malformed, or of another type than the container.
        """
        container = self.containers[number]
        found = self.decode(tree)
        if type(found) is not type(container):
            raise CodecError("a container that changed its type")
        # Numbered anew while it was decoded: its own items may name it.
        self.containers[:] = [container if one is found else one for one in self.containers]
        _FILLERS[type(container)](container, found)

    def buffer(self, index: Tree) -> bytes:
        """Return a buffer by its index."""
        if type(index) is not int or not 0 <= index < len(self._buffers):
            raise CodecError("no such buffer")
        return self._buffers[index]

    def keep(self, container: Any) -> Any:
        """Make an empty container known by its number, before its items are decoded."""
        self.containers[self._slot] = container
        return container

    def items(self, trees: Iterable[Tree], depth: int) -> Iterator[Any]:
        """Decode several trees."""
        return (self.decode(tree, depth) for tree in trees)


_WRITERS: dict[type, Writer] = {}
_READERS: dict[str, Reader] = {}
_FILLERS: dict[type, Callable[[Any, Any], None]] = {}
_MUTABLE_TAGS: set[str] = set()
_PENDING = object()
"""Stands for a container whose items are still being decoded."""

_LIBRARIES = {"numpy": "proctor.remote.numeric", "pandas": "proctor.remote.frames"}
"""Modules that register the types of a library, imported when the first of them is met."""

_TAG_LIBRARIES = {"np": "numpy", "pd": "pandas"}


def register(
    kind: type,
    tag: str,
    writer: Writer,
    reader: Reader,
    fill: Callable[[Any, Any], None] | None = None,
) -> None:
    """Make a type plain data.

    Args:
        kind: The exact type.
        tag: Starts its trees; ``np`` and ``pd`` begin those of numpy and pandas.
        writer: Encodes one; the tree is without its tag. A mutable container numbers itself first.
        reader: Decodes one.
        fill: Gives the first container the content of the second, if the type is mutable.
    """

    def tagged(encoder: Encoder, value: Any, depth: int) -> Tree:
        if fill is not None and (known := encoder.number(value)) is not None:
            return ["same", known]
        return [tag, *writer(encoder, value, depth)]

    _WRITERS[kind] = tagged
    _READERS[tag] = reader
    if fill is not None:
        _FILLERS[kind] = fill
        _MUTABLE_TAGS.add(tag)


def register_reader(tag: str, reader: Reader) -> None:
    """Make a tag known that only parts of other types' trees start with."""
    _READERS[tag] = reader


def is_plain_type(kind: type) -> bool:
    """Whether instances of a type are data."""
    return kind in (str, int, float, bool, type(None)) or _find_writer(kind) is not None


def _find_writer(kind: type) -> Writer | None:
    found = _WRITERS.get(kind)
    if found is None and _import_library(str(getattr(kind, "__module__", "")).split(".")[0]):
        found = _WRITERS.get(kind)
    return found


def _find_reader(tag: str) -> Reader | None:
    found = _READERS.get(tag)
    if found is None and _import_library(_TAG_LIBRARIES.get(tag[:2], "")):
        found = _READERS.get(tag)
    return found


def _import_library(name: str) -> bool:
    """Register a library's types, unless that was done before; return whether it was done now."""
    module = _LIBRARIES.get(name)
    if module is None or module in sys.modules:
        return False
    import_module(module)
    return True


def _integer(decoder: Decoder, parts: list[Tree], depth: int) -> int:
    (text,) = parts
    if len(text) > 2 * MAX_INTEGER_BYTES + 1:
        raise CodecError("an integer that is too long")
    return int(text, 16)


def _same(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    (number,) = parts
    if type(number) is not int or not 0 <= number < len(decoder.containers):
        raise CodecError("no such container")
    if decoder.containers[number] is _PENDING:
        raise CodecError("a container that holds itself, and can't")
    return decoder.containers[number]


_READERS |= {"int": _integer, "same": _same}
