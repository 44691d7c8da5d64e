"""What the student's process may ask of an object of the test's."""

from __future__ import annotations

import copy
import inspect
import io
from collections.abc import Callable, Mapping, Sequence
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


def is_within(module: str, packages: Sequence[str]) -> bool:
    """Whether a module is one of some packages, or below one."""
    return any(module == one or module.startswith(f"{one}.") for one in packages)


def _is_shown(own: Any, name: Any, *, writing: bool, kept: Sequence[str]) -> bool:
    """Whether an attribute of an object may be asked for."""
    if not isinstance(name, str) or name.startswith("_"):
        return False
    if is_within(type(own).__module__, kept):
        # What such an object records of its calls is nobody else's to see, let alone to change.
        return not writing and callable(inspect.getattr_static(type(own), name, None))
    return is_of_test(own) or (isinstance(own, io.IOBase) and name in _FILE)


def shown_methods(kind: type) -> list[str]:
    """Names of a class's methods that can be asked for."""
    return [
        name
        for name in dir(kind)
        if not name.startswith("_") and inspect.isfunction(inspect.getattr_static(kind, name))
    ]


def perform(
    own: Any, what: str, args: list[Any], kwargs: dict[str, Any], kept: Sequence[str] = ()
) -> Any:
    """Perform an operation on an object of the test's.

    Args:
        own: The object.
        what: The operation: one on an attribute, or a special method's name.
        args: Its arguments.
        kwargs: Its arguments by name.
        kept: Packages of the course's: of their objects only methods can be asked for.

    Raises:
        AttributeError: It is no attribute that may be seen.
        TypeError: It can't be asked for.
    """
    if own is None:
        raise TypeError("no such object")
    if isinstance(own, AssertionError):
        # It may hold what is expected.
        raise AttributeError(what)
    if what == "method":
        # The attribute and its call at once.
        if not args or not _is_shown(own, args[0], writing=False, kept=kept):
            raise AttributeError(str(args[:1]))
        return getattr(own, args[0])(*args[1:], **kwargs)
    if what in _ATTRIBUTES:
        if not _is_shown(own, args[0], writing=what != "getattr", kept=kept):
            raise AttributeError(str(args[0]))
        return _ATTRIBUTES[what](own, *args)
    if what not in TEST_METHODS:
        raise TypeError(f"{what} can't be asked for")
    if what == "call":
        return own(*args, **kwargs)
    if what in ("str", "repr", "format") and not is_of_test(own):
        # That of a partial function shows its arguments, among which may be what is expected.
        return f"<{type(own).__name__}>"
    if what in ("copy", "deepcopy") and not hasattr(type(own), f"__{what}__"):
        return getattr(copy, what)(own)
    method: Callable[..., Any] = getattr(type(own), f"__{what}__")
    return method(own, *([{}] if what == "deepcopy" else args), **kwargs)
