"""Encode what crosses between the student's process and the test's, without pickle.

A value becomes a tree of JSON and a list of buffers. Strings, numbers of usual size, booleans and
None stand for themselves; everything else is a list that starts with a tag. Only exact types that
were registered (`plain`, `numeric`, `frames`) are data. An instance of a subclass, whose methods
may be the student's, is handed to `Encoder.refer`, like functions, classes and all other objects.

Mutable containers have numbers that both sides know, and met again are named by their number. So
aliases and cycles survive, and each side can tell the other what was changed; see `mirror`.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import accumulate, pairwise
from typing import Any

from proctor.remote.containers import CodecError, Containers

Tree = Any
"""JSON: None, booleans, numbers, strings, and lists."""

MAX_DEPTH = 40
"""Maximum nesting of containers; each level is two of the tree's at most."""

MAX_INTEGER_BYTES = 100_000
"""Maximum size of an integer; to print a larger one takes seconds."""

_FLAT_FROM = 15
"""Nesting from which the content of a container follows at the end of the message."""

_MAX_NAME = 40
"""Characters of a text that may be a name."""

_SMALL = 1 << 53
_PACKED_FROM = 100
"""Length from which items of one simple type are a buffer instead of a list of trees."""

_PACKED_TYPES = {int: "q", float: "d", str: "U"}

Writer = Callable[["Encoder", Any, int], "Tree"]
Reader = Callable[["Decoder", list["Tree"], int], Any]
Fill = Callable[[Any, Any], None]
"""Gives the first container the content of the second."""


class NotPlainError(Exception):
    """A value of a registered type that holds what is not plain data; it crosses by reference."""


class Encoder:
    """Encodes the values of one message.

    Attributes:
        buffers: The buffers that the trees refer to by index.
        containers: The mutable containers by their number.
        added: The containers that this message has numbered, in order.
    """

    def __init__(
        self,
        refer: Callable[[Encoder, Any, int], Tree],
        *,
        max_bytes: int,
        containers: Containers | None = None,
        canonical: bool = False,
    ) -> None:
        """Create an encoder.

        Args:
            refer: Returns the tree for an object that is not plain data; its tag is the caller's.
            max_bytes: Maximum size of all values, about.
            containers: Containers that both sides know.
            canonical: Whether equal sets must give equal trees.
        """
        self.canonical = canonical
        self.buffers: list[bytes | memoryview] = []
        self.containers = Containers() if containers is None else containers
        self.added: list[Any] = []
        self._refer = refer
        self._left = max_bytes
        self._content_of: Any = None
        self._undo: list[Callable[[], None]] = []
        self._later: list[Any] = []

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
        if depth > MAX_DEPTH:
            raise CodecError(f"data nested deeper than {MAX_DEPTH}")
        writer = _find_writer(kind)
        self._take(16)
        if writer is None:
            return self._refer(self, value, depth + 1)
        before = self._written()
        try:
            return writer(self, value, depth + 1)
        except NotPlainError:
            self._return_to(before)
            return self._refer(self, value, depth + 1)

    def mutable(
        self,
        tag: str,
        container: Any,
        write: Callable[[], list[Tree]],
        depth: int,
        shell: Sequence[Tree] = (),
    ) -> Tree:
        """Encode a mutable container: its number and content, or where it is known its number.

        Args:
            tag: Starts its trees.
            container: The container.
            write: Encodes its content.
            depth: Its nesting; the content of what is nested deeply follows after all else.
            shell: What the other side needs to make an empty one.
        """
        if container is self._content_of:
            self._content_of = None
            return [tag, *write()]
        known = self.containers.number_of(container)
        if known is not None:
            return ["same", known]
        number = self.containers.add(container)
        self.added.append(container)
        if depth > _FLAT_FROM and tag in _SHELLS:
            self._later.append(container)
            return ["later", number, tag, *shell]
        return [tag, number, *write()]

    def rest(self) -> list[Tree]:
        """Encode what was put off because of its nesting; the last part of a message."""
        found: list[Tree] = []
        # A list of any length, each of whose items holds the next.
        while self._later:
            container = self._later.pop()
            found.append([self.containers.number_of(container), self.content(container)])
        return found

    def content(self, container: Any) -> Tree:
        """Encode what a known container holds now."""
        self._content_of = container
        try:
            return self.encode(container)
        finally:
            self._content_of = None

    def is_new(self, container: Any) -> bool:
        """Whether a container that is being written was numbered for this message."""
        return bool(self.added) and self.added[-1] is container

    def encode_if_possible(self, value: Any) -> Tree:
        """Encode a value; None if it exceeds a limit."""
        before = self._written()
        try:
            return self.encode(value)
        except CodecError:
            self._return_to(before)
            return None

    def undo(self) -> None:
        """Take back the numbers that were given; the message is not sent."""
        self._return_to((0, 0, 0))
        self._later.clear()

    def on_undo(self, action: Callable[[], None]) -> None:
        """Do something if what was written last is taken back."""
        self._undo.append(action)

    def is_content(self, container: Any) -> bool:
        """Whether this is the container of which `content` writes what it holds."""
        return container is self._content_of

    def buffer(self, data: bytes | memoryview) -> int:
        """Add a buffer, and return its index."""
        self._take(data.nbytes if isinstance(data, memoryview) else len(data))
        self.buffers.append(data)
        return len(self.buffers) - 1

    def items(self, values: Iterable[Any], depth: int) -> list[Tree]:
        """Encode several values."""
        return [self.encode(value, depth) for value in values]

    def pack(self, values: Sequence[Any], depth: int) -> list[Tree]:
        """Encode the items of a container; many of one simple type take a buffer."""
        kind = type(values[0]) if len(values) >= _PACKED_FROM else None
        if kind in _PACKED_TYPES and all(type(value) is kind for value in values):
            try:
                return ["packed", *self._packed(_PACKED_TYPES[kind], values)]
            except (OverflowError, UnicodeEncodeError):
                pass
        return self.items(values, depth)

    def _packed(self, code: str, values: Sequence[Any]) -> list[Tree]:
        if code != "U":
            return [code, self.buffer(array(code, values).tobytes())]
        texts = [value.encode() for value in values]
        lengths = array("I", map(len, texts)).tobytes()
        return [code, self.buffer(b"".join(texts)), self.buffer(lengths)]

    def _written(self) -> tuple[int, int, int]:
        """How much was added to the message."""
        return len(self.added), len(self.buffers), len(self._undo)

    def _return_to(self, before: tuple[int, int, int]) -> None:
        """Take back what was added since."""
        added, buffers, undo = before
        for action in self._undo[undo:]:
            action()
        for container in self.added[added:]:
            number = self.containers.number_of(container)
            if number is not None:
                self.containers.remove(number)
        del self.added[added:], self.buffers[buffers:], self._undo[undo:]

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
        noticed: Kinds of values that were found and compare unlike others.
        put_off: Numbers of containers whose content follows at the end of the message.
        find_class: Returns the class for the name in an instance's tree.
    """

    def __init__(
        self,
        resolve: Callable[[list[Tree]], Any],
        buffers: Sequence[bytes],
        *,
        containers: Containers | None = None,
        readers: Mapping[str, tuple[Reader, Fill]] = {},
        find_class: Callable[[Tree], type | None] = lambda name: None,
    ) -> None:
        """Create a decoder.

        Args:
            resolve: Returns the object for a tree whose tag was not registered.
            buffers: The buffers of the message.
            containers: Containers that both sides know.
            readers: Readers of tags of mutable containers that only this side takes.
            find_class: See the attribute.
        """
        self.containers = Containers(-1) if containers is None else containers
        self.noticed: set[str] = set()
        self.put_off: set[int] = set()
        self.find_class = find_class
        self._resolve = resolve
        self._own = readers
        self._buffers = buffers
        self._number: Any = None

    def decode(self, tree: Tree, depth: int = 0) -> Any:
        """Decode a tree.

        Raises:
            CodecError: It is malformed, or exceeds a limit.
        """
        if not isinstance(tree, list):
            if isinstance(tree, dict):
                raise CodecError("an object where a value was expected")
            if tree != tree:
                self.noticed.add("missing value")
            # As Python does with names and constants, for code that compares by ``is``.
            name = type(tree) is str and len(tree) <= _MAX_NAME and tree.isidentifier()
            return sys.intern(tree) if name else tree
        if not tree or not isinstance(tree[0], str) or depth > MAX_DEPTH + 1:
            raise CodecError("a list without a tag, or nested too deeply")
        reader, fill = self._find(tree[0])
        if reader is None:
            return self._resolve(tree)
        if fill is None:
            return self._read(reader, tree, 1, depth)
        if len(tree) < 2:
            raise CodecError("a container without a number")
        self._number = number = tree[1]
        found = self._read(reader, tree, 2, depth)
        if self.containers.number_of(found) != number:
            self.containers.take(number, found)
        return found

    def _read(self, reader: Reader, tree: list[Tree], start: int, depth: int) -> Any:
        try:
            return reader(self, tree[start:], depth + 1)
        except CodecError:
            raise
        # Whatever a crafted tree makes a constructor raise, it is malformed.
        except Exception as error:
            raise CodecError(f"malformed {tree[0]}: {type(error).__name__}") from error

    def update(self, number: Any, tree: Tree) -> None:
        """Give a container what `Encoder.content` says that it holds.

        Raises:
            CodecError: It is malformed, or of another type than the container.
        """
        self._fill(self.containers.get(number), *self._content(number, tree))

    def fork(self, number: Any, tree: Tree) -> None:
        """Leave a container as it is, and keep what the other side has made of it beside it.

        Raises:
            CodecError: It is malformed, or of another type than the container.
        """
        found, fill = self._content(number, tree)
        current = self.containers.current(number)
        if current is self.containers.get(number):
            self.containers.fork(number, found)
        else:
            self._fill(current, found, fill)

    def _content(self, number: Any, tree: Tree) -> tuple[Any, Fill]:
        """Decode what a container holds; return it with the function that fills one with it."""
        container = self.containers.get(number)
        if not isinstance(tree, list) or not tree or not isinstance(tree[0], str):
            raise CodecError("a change that is none")
        reader, fill = self._find(tree[0])
        if reader is None or fill is None:
            raise CodecError("a change that is none")
        self._number = None
        found = self._read(reader, tree, 1, 0)
        if type(found) is not type(container):
            raise CodecError("a container that changed its type")
        return found, fill

    def _fill(self, container: Any, found: Any, fill: Fill) -> None:
        try:
            fill(container, found)
        except CodecError:
            raise
        except Exception as error:
            raise CodecError(f"a change that can't be made: {type(error).__name__}") from error

    def _find(self, tag: str) -> tuple[Reader | None, Fill | None]:
        own = self._own.get(tag)
        return own if own is not None else (_find_reader(tag), _FILLERS.get(tag))

    def finish(self, rest: Tree) -> None:
        """Fill what `Encoder.rest` says, after all else was decoded.

        Raises:
            CodecError: It is malformed.
        """
        for pair in rest if isinstance(rest, list) else ():
            if not isinstance(pair, list) or len(pair) != 2:
                raise CodecError("a content that is none")
            number, tree = pair
            # Of no other container: what was there before is changed with leave only.
            if type(number) is not int or number not in self.put_off:
                raise CodecError("a content of what this message did not bring")
            self.put_off.remove(number)
            self.update(number, tree)

    def buffer(self, index: Tree) -> bytes:
        """Return a buffer by its index."""
        if type(index) is not int or not 0 <= index < len(self._buffers):
            raise CodecError("no such buffer")
        return self._buffers[index]

    def keep(self, container: Any) -> Any:
        """Make an empty container known by its number, before its items are decoded."""
        if self._number is not None:
            self.containers.take(self._number, container)
        return container

    def items(self, trees: Iterable[Tree], depth: int) -> Iterator[Any]:
        """Decode several trees."""
        return (self.decode(tree, depth) for tree in trees)

    def unpack(self, trees: list[Tree], depth: int) -> Iterator[Any]:
        """Decode what `Encoder.pack` made."""
        if trees and trees[0] == "packed" and isinstance(trees[1], str):
            return self._unpacked(trees[1], [self.buffer(index) for index in trees[2:]])
        return self.items(trees, depth)

    def _unpacked(self, code: str, buffers: list[bytes]) -> Iterator[Any]:
        if code in ("q", "d"):
            numbers = array(code, buffers[0]).tolist()
            if code == "d" and any(number != number for number in numbers):
                self.noticed.add("missing value")
            return iter(numbers)
        if code != "U":
            raise CodecError("items of an unknown type")
        ends = list(accumulate(array("I", buffers[1]), initial=0))
        if ends[-1] != len(buffers[0]):
            raise CodecError("texts of other lengths than theirs")
        return (buffers[0][start:end].decode() for start, end in pairwise(ends))


_WRITERS: dict[type, Writer] = {}
_READERS: dict[str, Reader] = {}
_FILLERS: dict[str, Fill] = {}
"""For the tags of mutable containers."""

_STATES: dict[type, Callable[[Any], Any]] = {}
_LIBRARIES = {"numpy": "proctor.remote.numeric", "pandas": "proctor.remote.frames"}
"""Modules that register the types of a library, imported when the first of them is met."""

_TAG_LIBRARIES = {"np": "numpy", "pd": "pandas"}


def register(
    kind: type,
    tag: str,
    writer: Writer,
    reader: Reader,
    fill: Fill | None = None,
    state: Callable[[Any], Any] | None = None,
) -> None:
    """Make a type plain data.

    Args:
        kind: The exact type.
        tag: Starts its trees; ``np`` and ``pd`` begin those of numpy and pandas.
        writer: Encodes one; the tree is without its tag.
        reader: Decodes one. A mutable container that may hold itself is kept first.
        fill: Gives the first container the content of the second, if the type is mutable.
        state: Returns what tells whether a container was changed; see `mirror.Snapshot`.
    """

    def tagged(encoder: Encoder, value: Any, depth: int) -> Tree:
        if fill is not None:
            return encoder.mutable(tag, value, lambda: writer(encoder, value, depth), depth)
        return [tag, *writer(encoder, value, depth)]

    _WRITERS[kind] = tagged
    register_reader(tag, reader, fill)
    if state is not None:
        _STATES[kind] = state


def register_reader(tag: str, reader: Reader, fill: Fill | None = None) -> None:
    """Make a tag known, also one that only parts of other types' trees start with."""
    _READERS[tag] = reader
    if fill is not None:
        _FILLERS[tag] = fill


def find_state(kind: type) -> Callable[[Any], Any] | None:
    """The function that was registered to tell whether a container of a type was changed."""
    return _STATES.get(kind)


def encoded_state(value: Any) -> Any:
    """What tells whether a container was changed, where its type has registered nothing else."""
    encoder = Encoder(lambda own, found, depth: ["id", id(found)], max_bytes=1 << 40)
    return encoder.encode(value), [bytes(buffer) for buffer in encoder.buffers]


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


def import_libraries() -> None:
    """Register the types of all libraries that are imported already.

    Where processes are forked, this is done once, and not in each of them.
    """
    for name in _LIBRARIES:
        if name in sys.modules:
            _import_library(name)


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
    return decoder.containers.current(number)


def _later(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    number, tag, *shell = parts
    found = _SHELLS[tag](decoder, shell)
    decoder.containers.take(number, found)
    decoder.put_off.add(number)
    return found


_SHELLS: dict[str, Callable[[Decoder, list[Tree]], Any]] = {
    "list": lambda decoder, shell: [],
    "dict": lambda decoder, shell: {},
}
"""For tags of containers that may be nested deeply: makes an empty one."""


def register_shell(tag: str, make: Callable[[Decoder, list[Tree]], Any]) -> None:
    """Let the content of a kind of container follow at the end of a message."""
    _SHELLS[tag] = make


_READERS |= {"int": _integer, "same": _same, "later": _later}
