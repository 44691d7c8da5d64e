"""Encode what crosses between the student's process and the test's, without pickle.

A value becomes a tree of JSON and a list of buffers. Strings, numbers of usual size, booleans and
None stand for themselves; everything else is a list that starts with a tag. Only exact types that
were registered (`plain`, `numeric`, `frames`) are data. An instance of a subclass, whose methods
may be the student's, is handed to `Encoder.refer`, like functions, classes and all other objects.

Mutable containers have numbers that both sides know, and met again are named by their number. So
aliases and cycles survive, and each side can tell the other what was changed; see `mirror`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from proctor.remote.containers import CodecError, Containers
from proctor.remote.kinds import NotPlainError, Tree, find_shell, find_writer

MAX_DEPTH = 40
"""Maximum nesting of containers; each level is two of the tree's at most."""

MAX_INTEGER_BYTES = 100_000
"""Maximum size of an integer; to print a larger one takes seconds."""

_FLAT_FROM = 15
"""Nesting from which the content of a container follows at the end of the message."""

_SMALL = 1 << 53
_PACKED_FROM = 100
"""Length from which items of one simple type are a buffer instead of a list of trees."""

_PACKED_TYPES = {int: "q", float: "d", str: "U"}


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
        writer = find_writer(kind)
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
        if depth > _FLAT_FROM and find_shell(tag) is not None:
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
