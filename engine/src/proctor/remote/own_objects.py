"""What the student's process may ask of an object of the test's."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from proctor.remote.references import TEST_METHODS

_FILE = frozenset(
    {
        *("read", "readline", "readlines", "write", "writelines", "getvalue", "seek", "tell"),
        *("truncate", "flush", "close", "closed", "readable", "writable", "seekable"),
    }
)


_ATTRIBUTES: Mapping[str, Callable[..., Any]] = {
    "getattr": getattr, "setattr": setattr, "delattr": delattr,
}  # fmt: skip


def is_of_test(value: Any) -> bool:
    """Whether an object's class is one that the test has made."""
    return type(value).__module__ == "__main__"


def is_shown(own: Any, name: Any) -> bool:
    """Whether an attribute of an object may be asked for."""
    if not isinstance(name, str) or name.startswith("_"):
        return False
    return is_of_test(own) or (isinstance(own, io.IOBase) and name in _FILE)


def perform(own: Any, what: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Perform an operation on an object of the test's.

    Raises:
        AttributeError: It is no attribute that may be seen.
        TypeError: It can't be asked for.
    """
    if own is None:
        raise TypeError("no such object")
    if what in _ATTRIBUTES:
        if not is_shown(own, args[0]):
            raise AttributeError(str(args[0]))
        return _ATTRIBUTES[what](own, *args)
    if what not in TEST_METHODS:
        raise TypeError(f"{what} can't be asked for")
    if what == "call":
        return own(*args, **kwargs)
    method: Callable[..., Any] = getattr(type(own), f"__{what}__")
    return method(own, *args, **kwargs)
