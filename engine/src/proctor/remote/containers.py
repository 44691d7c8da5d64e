"""The numbers by which both sides know mutable containers."""

from __future__ import annotations

from typing import Any


class CodecError(ValueError):
    """A tree that no `Encoder` makes, or a value that exceeds a limit."""


def listed(tree: Any) -> list[Any]:
    """The items of a list that may be missing.

    Raises:
        CodecError: It is no list.
    """
    if tree is None:
        return []
    if not isinstance(tree, list):
        raise CodecError("something else where a list was expected")
    return tree


class Containers:
    """Mutable containers by number: positive ones are one side's, negative ones the other's."""

    def __init__(self, step: int = 1) -> None:
        """Create it.

        Args:
            step: 1 or -1, the sign of numbers that are given here.
        """
        self._step = step
        self._next = step
        self._found: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._forked: dict[int, Any] = {}

    def number_of(self, container: Any) -> int | None:
        """The number of a container; None if it has none."""
        return self._numbers.get(id(container))

    def add(self, container: Any) -> int:
        """Give a container a number."""
        number = self.reserve(1)
        self.put(number, container)
        return number

    def reserve(self, count: int) -> int:
        """Set numbers aside, and return the first of them."""
        first = self._next
        self._next += count * self._step
        return first

    def put(self, number: int, container: Any) -> None:
        """Make a container known by a number."""
        self._found[number], self._numbers[id(container)] = container, number

    def take(self, number: Any, container: Any) -> None:
        """Make a container known by a number that the other side has given it.

        Raises:
            CodecError: The number is not the other side's, or has a container.
        """
        if type(number) is not int or number * self._step >= 0 or number in self._found:
            raise CodecError("a container with a number that is not free")
        self.put(number, container)

    def get(self, number: Any) -> Any:
        """The container of a number.

        Raises:
            CodecError: There is none.
        """
        if type(number) is not int or number not in self._found:
            raise CodecError("no such container")
        return self._found[number]

    def current(self, number: Any) -> Any:
        """What the other side means by a number: the container, or its own version of it.

        Raises:
            CodecError: There is no such container.
        """
        found = self.get(number)
        return self._forked.get(number, found)

    def fork(self, number: int, version: Any) -> None:
        """Keep the other side's own version of a container."""
        self._forked[number] = version

    def remove(self, number: int) -> None:
        """Forget a container."""
        self._forked.pop(number, None)
        container = self._found.pop(number, None)
        if self._numbers.get(id(container)) == number:
            del self._numbers[id(container)]

    def __contains__(self, number: object) -> bool:
        return number in self._found

    def __len__(self) -> int:
        return len(self._found)
