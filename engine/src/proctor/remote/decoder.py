"""Decode what `encoder` made, or what hostile code says that it made."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from proctor.remote.containers import CodecError, Containers, listed
from proctor.remote.encoder import MAX_DEPTH, MAX_INTEGER_BYTES
from proctor.remote.kinds import Fill, Reader, Tree, find_reader, find_shell, register_reader
from proctor.remote.profile import MISSING

_MAX_NAME = 40
"""Characters of a text that may be a name."""


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
                self.noticed.add(MISSING)
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
        return own if own is not None else find_reader(tag)

    def finish(self, rest: Tree) -> None:
        """Fill what `Encoder.rest` says, after all else was decoded.

        Raises:
            CodecError: It is malformed.
        """
        for pair in listed(rest):
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
                self.noticed.add(MISSING)
            return iter(numbers)
        if code != "U":
            raise CodecError("items of an unknown type")
        ends = list(accumulate(array("I", buffers[1]), initial=0))
        if ends[-1] != len(buffers[0]):
            raise CodecError("texts of other lengths than theirs")
        return (buffers[0][start:end].decode() for start, end in pairwise(ends))


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
    make = find_shell(tag)
    if make is None:
        raise CodecError("a container that can't follow")
    found = make(decoder, shell)
    decoder.containers.take(number, found)
    decoder.put_off.add(number)
    return found


register_reader("int", _integer)
register_reader("same", _same)
register_reader("later", _later)
