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
from collections.abc import Callable, Iterator
from operator import is_
from typing import Any

from proctor.remote.containers import CodecError, Containers, listed
from proctor.remote.decoder import Decoder
from proctor.remote.encoder import Encoder
from proctor.remote.instances import state_of
from proctor.remote.kinds import Tree, find_state, is_plain_type

MAX_CONTAINERS = 5_000
"""Maximum containers that are kept alike; of the oldest each side then keeps its own."""

_UNREACHABLE = 2
"""What `sys.getrefcount` counts for a container that only the mirror refers to."""


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
        return _encoded(container), []
    return state_of(container) or (_packed(container), [])


def _encoded(value: Any) -> Any:
    encoder = Encoder(lambda own, found, depth: ["id", id(found)], max_bytes=1 << 40)
    return encoder.encode(value), [bytes(buffer) for buffer in encoder.buffers]


def _owners(container: Any) -> Iterator[Any]:
    """A container, and the arrays in whose memory it lies."""
    while container is not None:
        yield container
        container = container.base if type(container).__module__ == "numpy" else None


def _packed(container: Any) -> bytes:
    try:
        return pickle.dumps(container)
    # Student code may have given it anything.
    except Exception as error:
        return repr(error).encode()


class Mirror(Containers):
    """The containers that both sides hold."""

    def __init__(self, step: int) -> None:
        """Create it.

        Args:
            step: 1 on one side, -1 on the other.
        """
        super().__init__(step)
        self._snapshots: dict[int, Snapshot] = {}
        self._unsettled: set[int] = set()
        self._given: dict[int, tuple[Any, str]] = {}
        self._gone: list[int] = []

    def put(self, number: int, container: Any) -> None:
        """Make a container known by a number."""
        super().put(number, container)
        self._unsettled.add(number)

    def mark(self, container: Any, name: str) -> None:
        """Remember which variable holds a container that the notebook gives."""
        self._given[id(container)] = container, name

    def given(self, number: int) -> str:
        """Name of the variable that holds a container, or its memory, if the notebook gives it."""
        for found in _owners(self._found[number]):
            if id(found) in self._given:
                return self._given[id(found)][1]
        return ""

    def is_ours(self, number: int) -> bool:
        """Whether a container, or the array of which it is a view, was made on this side."""
        known = (self.number_of(found) for found in _owners(self._found[number]))
        return any(one is not None and one * self._step > 0 for one in known)

    def remove(self, number: int) -> None:
        """Forget a container."""
        super().remove(number)
        self._snapshots.pop(number, None)
        self._unsettled.discard(number)

    def send(self, encoder: Encoder) -> dict[str, Tree]:
        """What the other side does not know yet: changed containers, and those out of reach."""
        too_many = len(self) - MAX_CONTAINERS
        self._gone, changed = [], []
        for place, number in enumerate(self._found):
            snapshot = self._snapshots.get(number)
            if snapshot is None:
                continue
            reachable = sys.getrefcount(self._found[number]) > _UNREACHABLE
            # What was changed last is told first, also of what nobody here can reach any more.
            if snapshot.changed(self._found[number]):
                changed.append(number)
            elif place < too_many or not reachable:
                self._gone.append(number)
        self._unsettled.update(changed)
        told = [[number, encoder.content(self._found[number])] for number in changed]
        return {"gone": self._gone, "changed": told}

    def receive(
        self, decoder: Decoder, data: Any, takes: Callable[[int], bool] = lambda number: True
    ) -> None:
        """Take over what the other side has changed.

        Args:
            decoder: The message's decoder.
            data: The message.
            takes: Whether a container's change is taken over; of others the other side's version is
                kept beside them.

        Raises:
            CodecError: It is malformed.
        """
        for pair in listed(data.get("changed")):
            if not isinstance(pair, list) or len(pair) != 2:
                raise CodecError("a change that is none")
            number, tree = pair
            if type(number) is int and not takes(number):
                decoder.fork(number, tree)
                continue
            decoder.update(number, tree)
            self._unsettled.add(number)
        gone = listed(data.get("gone"))
        if not all(type(number) is int for number in gone):
            raise CodecError("a number that is none")
        for number in gone:
            self.remove(number)

    def settle(self) -> None:
        """Remember what the containers hold: both sides know that now."""
        for number in self._gone:
            self.remove(number)
        self._gone = []
        # To look at an object may run code of its own, which calls the other side.
        unsettled, self._unsettled = self._unsettled, set()
        for number in unsettled:
            if number in self._found:
                self._snapshots[number] = Snapshot(self._found[number])
