"""The types that are plain data, and how each is written and read; see `encoder`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

Tree = Any
"""JSON: None, booleans, numbers, strings, and lists."""

Writer = Callable[[Any, Any, int], Tree]
"""Encodes, with an `Encoder`, a value of some nesting."""

Reader = Callable[[Any, list[Tree], int], Any]
"""Decodes, with a `Decoder`, the parts of a tree of some nesting."""

Fill = Callable[[Any, Any], None]
"""Gives the first container the content of the second."""

Shell = Callable[[Any, list[Tree]], Any]
"""Makes, with a `Decoder`, an empty container that may be nested deeply."""


class NotPlainError(Exception):
    """A value of a registered type that holds what is not plain data; it crosses by reference."""


_WRITERS: dict[type, Writer] = {}
_READERS: dict[str, Reader] = {}
_FILLERS: dict[str, Fill] = {}
"""For the tags of mutable containers."""

_SHELLS: dict[str, Shell] = {
    "list": lambda decoder, shell: [],
    "dict": lambda decoder, shell: {},
}
"""For tags of containers whose content may follow at the end of a message."""

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

    def tagged(encoder: Any, value: Any, depth: int) -> Tree:
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


def register_shell(tag: str, make: Shell) -> None:
    """Let the content of a kind of container follow at the end of a message."""
    _SHELLS[tag] = make


def find_state(kind: type) -> Callable[[Any], Any] | None:
    """The function that was registered to tell whether a container of a type was changed."""
    return _STATES.get(kind)


def is_plain_type(kind: type) -> bool:
    """Whether instances of a type are data."""
    return kind in (str, int, float, bool, type(None)) or find_writer(kind) is not None


def find_writer(kind: type) -> Writer | None:
    """The function that writes instances of a type; None if they are no data."""
    found = _WRITERS.get(kind)
    if found is None and _import_library(str(getattr(kind, "__module__", "")).split(".")[0]):
        found = _WRITERS.get(kind)
    return found


def find_reader(tag: str) -> tuple[Reader | None, Fill | None]:
    """The functions that read what a tag starts and, if it is mutable, fill it."""
    found = _READERS.get(tag)
    if found is None and _import_library(_TAG_LIBRARIES.get(tag[:2], "")):
        found = _READERS.get(tag)
    return found, _FILLERS.get(tag)


def find_shell(tag: str) -> Shell | None:
    """The function that makes an empty container of a kind that may be nested deeply."""
    return _SHELLS.get(tag)


def tags() -> list[str]:
    """All tags that are known by now."""
    return sorted(_READERS)


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
