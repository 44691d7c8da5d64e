"""Exceptions of the student's process, as the test catches them."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from proctor.remote.containers import listed
from proctor.remote.decoder import Decoder
from proctor.remote.kinds import Tree
from proctor.remote.references import MAX_TEXT

_MAX_CAUSES = 6
_CROSSING = (Exception, SystemExit, KeyboardInterrupt)
"""Classes of exceptions that cross as what they are."""

ClassOf = Callable[[list[str], Tree], type[BaseException]]
"""Finds the class here for the names of a class and its bases, and the tree of a student's own."""


class _HiddenError(Exception):
    """In the place of an exception that a test must not catch by its own name."""


class _HiddenExit(BaseException):
    """The same for one that is no `Exception`, so that ``except Exception`` does not catch it."""


def hidden(kinds: list[str]) -> type[BaseException]:
    """The class for an exception that does not cross as what it is.

    Args:
        kinds: Names of its class and of the bases of that.
    """
    return _HiddenError if "Exception" in kinds else _HiddenExit


def is_crossing(kind: Any) -> bool:
    """Whether an exception of a class crosses as what it is."""
    return isinstance(kind, type) and issubclass(kind, _CROSSING)


def raised_exception(
    told: Mapping[str, Any],
    decoder: Decoder,
    class_of: ClassOf,
    ends: bool,
    causes: int = _MAX_CAUSES,
) -> BaseException:
    """Make the exception of which the student's process has told.

    Args:
        told: What it told: names of classes, text, arguments, attributes, cause and context.
        decoder: Of the message.
        class_of: Finds its class.
        ends: Whether what was asked for may end an iteration.
        causes: Maximum number of exceptions behind it.

    Raises:
        CodecError: It is malformed.
    """
    kinds = [kind for kind in listed(told.get("kinds")) if isinstance(kind, str)]
    text = str(told.get("text"))[:MAX_TEXT]
    base = class_of(kinds, told.get("class"))
    if issubclass(base, unittest.SkipTest) or (issubclass(base, StopIteration) and not ends):
        # These would end the test, or a loop in it, as if all were well.
        base = _HiddenError
    args, attributes = decoder.decode(told.get("args")), decoder.decode(told.get("attributes"))
    error = _made(base, args, text)
    set_attributes(error, attributes)
    for name in ("cause", "context"):
        behind = told.get(name)
        if isinstance(behind, dict) and causes:
            found = raised_exception(behind, decoder, class_of, ends, causes - 1)
            setattr(error, f"__{name}__", found)
    error.__proctor_student__ = True  # type: ignore[attr-defined]
    return error


def set_attributes(error: BaseException, attributes: Any) -> None:
    """Set the attributes that an exception has in the student's process."""
    if type(attributes) is dict:
        for name, value in attributes.items():
            if type(name) is str and not name.startswith(("__", "_proctor_")):
                with suppress(AttributeError, TypeError):
                    object.__setattr__(error, name, value)


def _made(base: type[BaseException], args: Any, text: str) -> BaseException:
    if isinstance(vars(base).get("_proctor_number"), int):
        error = base(*(args if type(args) is list else ()))
        object.__setattr__(error, "_proctor_text", text)
        return error
    if base.__module__ == "__main__":
        # Of a class that both sides have: it was made from what its attributes say.
        error = base.__new__(base)
        error.args = tuple(args) if type(args) is list else (text,)
        return error
    for kind in base.__mro__:
        if not issubclass(kind, BaseException):
            break
        for make in (lambda k: k(*args), lambda k: k(text), lambda k: _unmade(k, text)):
            # Some take arguments of other types; the next of the bases is caught as well.
            with suppress(Exception):
                made: BaseException = make(kind)
                if str(made) == text:
                    return made
    return _unmade(base, text)


def _unmade(kind: type[BaseException], text: str) -> BaseException:
    """An exception whose class's own arguments are not known."""
    error = kind.__new__(kind)
    error.args = (text,)
    return error
