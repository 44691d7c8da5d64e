"""The mutable containers of a test that both sides hold, and how they are kept alike.

Only one side runs at a time. With each message it tells the other what it has changed since it was
told itself, so that a list which a function has returned, an argument that it has kept, or a view
of an array are what they would be within one process. A container that one side can't reach any
more is of no interest to the other, and both forget it.
"""

from __future__ import annotations

import pickle
import sys
from collections import deque
from collections.abc import Callable, Iterable
from operator import is_
from typing import Any

from proctor.remote.codec import Decoder, Encoder, Tree, encoded_state, find_state, is_plain_type
from proctor.remote.containers import CodecError, Containers
from proctor.remote.instances import state_of

MAX_CONTAINERS = 5_000
"""Maximum containers that are kept alike; of the oldest each side then keeps its own."""

_UNREACHABLE = 2
"""What `sys.getrefcount` counts for the container of an entry that nothing else refers to."""


class Snapshot:
    """What a container holds now; of items that are containers only which they are."""

    def __init__(self, container: Any) -> None:
        # The items are held, so that no other object gets the identity of one that is removed.
        self._told, self._items = _content(container)

    def changed(self, container: Any) -> bool:
        """Whether the container holds anything else now."""
        told, items = _content(container)
        alike = len(items) == len(self._items) and all(map(is_, items, self._items))
        return not alike or bool(told != self._told)


def _content(container: Any) -> tuple[Any, list[Any]]:
    if isinstance(container, dict):
        return None, [part for pair in container.items() for part in pair]
    if isinstance(container, list | deque):
        return None, list(container)
    if isinstance(container, set):
        return frozenset(map(id, container)), []
    if isinstance(container, bytearray):
        return bytes(container), []
    state = find_state(type(container))
    if state is not None:
        found: tuple[Any, list[Any]] = state(container)
        return found
    if is_plain_type(type(container)):
        return encoded_state(container), []
    return state_of(container) or (_packed(container), [])


def _packed(container: Any) -> bytes:
    try:
        return pickle.dumps(container)
    # Student code may have given it anything.
    except Exception as error:
        return repr(error).encode()


class _Entry:
    __slots__ = ("container", "snapshot")

    def __init__(self, container: Any) -> None:
        self.container = container
        self.snapshot: Snapshot | None = None


class Mirror(Containers):
    """The containers that both sides hold."""

    def __init__(self, step: int) -> None:
        """Create it.

        Args:
            step: 1 on one side, -1 on the other.
        """
        super().__init__(step)
        self._entries: dict[int, _Entry] = {}
        self._unsettled: set[int] = set()
        self._given: dict[int, tuple[Any, str]] = {}
        self._gone: list[int] = []

    def put(self, number: int, container: Any) -> None:
        """Make a container known by a number."""
        self._numbers[id(container)] = number
        self._entries[number] = _Entry(container)
        self._unsettled.add(number)

    def take(self, number: Any, container: Any) -> None:
        """Make a container known by the other side's number; see `Containers.take`."""
        if number in self._entries:
            raise CodecError("a container with a number that is not free")
        super().take(number, container)

    def mark(self, container: Any, name: str) -> None:
        """Remember which variable holds a container that the notebook gives."""
        self._given[id(container)] = container, name

    def get(self, number: Any) -> Any:
        """The container of a number; see `Containers.get`."""
        if type(number) is not int or number not in self._entries:
            raise CodecError("no such container")
        return self._entries[number].container

    def given(self, number: int) -> str:
        """Name of the variable that holds a container, or its memory, if the notebook gives it."""
        found = self._entries[number].container
        while found is not None:
            if id(found) in self._given:
                return self._given[id(found)][1]
            found = found.base if type(found).__module__ == "numpy" else None
        return ""

    def remove(self, number: int) -> None:
        """Forget a container."""
        entry = self._entries.pop(number, None)
        self._unsettled.discard(number)
        if entry is not None and self._numbers.get(id(entry.container)) == number:
            del self._numbers[id(entry.container)]

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, number: object) -> bool:
        return number in self._entries

    def send(self, encoder: Encoder) -> dict[str, Tree]:
        """What the other side does not know yet: changed containers, and those out of reach."""
        too_many = len(self._entries) - MAX_CONTAINERS
        self._gone, changed = [], []
        for place, (number, entry) in enumerate(self._entries.items()):
            if entry.snapshot is None:
                continue
            reachable = sys.getrefcount(entry.container) > _UNREACHABLE
            # What was changed last is told first, also of what nobody here can reach any more.
            if entry.snapshot.changed(entry.container):
                changed.append((number, entry))
            elif place < too_many or not reachable:
                self._gone.append(number)
        told = []
        for number, entry in changed:
            told.append([number, encoder.content(entry.container)])
            self._unsettled.add(number)
        return {"gone": self._gone, "changed": told}

    def receive(
        self, decoder: Decoder, data: Any, takes: Callable[[int], bool] = lambda number: True
    ) -> list[int]:
        """Take over what the other side has changed; return the numbers of what it was.

        Args:
            decoder: The message's decoder.
            data: The message.
            takes: Whether a container's change is taken over.

        Raises:
            CodecError: It is malformed.
        """
        numbers = []
        for pair in data.get("changed") or ():
            if not isinstance(pair, list) or len(pair) != 2:
                raise CodecError("a change that is none")
            number, tree = pair
            if type(number) is int and not takes(number):
                continue
            decoder.update(number, tree)
            numbers.append(number)
            self._unsettled.add(number)
        gone = data.get("gone") or ()
        if not isinstance(gone, Iterable) or not all(type(number) is int for number in gone):
            raise CodecError("a number that is none")
        for number in gone:
            self.remove(number)
        return numbers

    def settle(self) -> None:
        """Remember what the containers hold: both sides know that now."""
        for number in self._gone:
            self.remove(number)
        self._gone = []
        for number in self._unsettled:
            entry = self._entries[number]
            entry.snapshot = Snapshot(entry.container)
        self._unsettled.clear()
