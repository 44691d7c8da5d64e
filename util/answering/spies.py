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
    """Replace a global name with a stand-in, and restore the original afterwards.

    Args:
        name: The global name that the student's function looks up.
        spy: The stand-in.
        namespaces: The dictionaries in which the name may be looked up: the notebook's globals,
            and the function's own if they differ.
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
    """Return the globals in which a function looks up names; the notebook's if it has none."""
    return getattr(function, "__globals__", namespace)
