"""Stand-ins for the functions that a student's function calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

_ABSENT = object()


@contextmanager
def replaced(
    name: str, spy: Callable[..., Any], *namespaces: MutableMapping[str, Any]
) -> Iterator[None]:
    """Put a stand-in under a name, and the original back afterwards.

    Args:
        name: The global name that the student's function looks up.
        spy: What it finds there meanwhile.
        namespaces: The dictionaries in which it may look: the notebook's globals, and those of
            the function where they are others.
    """
    distinct = list({id(namespace): namespace for namespace in namespaces}.values())
    before = [namespace.get(name, _ABSENT) for namespace in distinct]
    for namespace in distinct:
        namespace[name] = spy
    try:
        yield
    finally:
        for namespace, value in zip(distinct, before, strict=True):
            if value is _ABSENT:
                namespace.pop(name, None)
            else:
                namespace[name] = value


def globals_of(function: Callable[..., Any], namespace: MutableMapping[str, Any]) -> Any:
    """The globals that a function looks names up in; the notebook's where it has none."""
    return getattr(function, "__globals__", namespace)
