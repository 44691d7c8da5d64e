"""Whether a mutable argument was changed in place."""

from __future__ import annotations

from collections import deque
from typing import Any

from proctor.remote.codec import Encoder


class Snapshot:
    """What a container holds now; of items that are containers only which they are."""

    def __init__(self, container: Any) -> None:
        # Held, so that no other object gets the identity of an item that is removed.
        self._items, self._content = _content(container)

    def changed(self, container: Any) -> bool:
        """Whether the container holds anything else now."""
        return bool(self._content != _content(container)[1])


def _content(container: Any) -> tuple[list[Any], Any]:
    if isinstance(container, dict):
        items = [part for pair in container.items() for part in pair]
        return items, list(map(id, items))
    if isinstance(container, list | deque):
        return list(container), list(map(id, container))
    if isinstance(container, set):
        return list(container), set(map(id, container))
    if isinstance(container, bytearray):
        return [], bytes(container)
    encoder = Encoder(lambda value: ["id", id(value)], max_bytes=1 << 40)
    tree = encoder.encode(container)
    return encoder.containers, (tree, [bytes(buffer) for buffer in encoder.buffers])
