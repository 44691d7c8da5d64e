"""By which way a test came to an object of the student's, and what to call it."""

from __future__ import annotations

import re
from typing import Any

from proctor.remote.proxies import is_remote
from proctor.remote.references import qualified_name

OF_MODULE = "<module>"
"""Begins the way to what only a module of the notebook's has; no name begins so."""


def step(what: str, own: Any, args: tuple[Any, ...]) -> str:
    """By which way a test comes to the result of an operation: where it began, and the last step.

    Two steps are enough: the nodes of a list of any length come by the same way.
    """
    origin = own._proctor_origin if is_remote(own) else str(getattr(own, "__name__", ""))
    if what == "call":
        return f"{origin}()"
    root = re.split(r"[.\[<]", origin, maxsplit=1)[0]
    if what == "getattr":
        return f"{OF_MODULE}.{args[0]}" if is_module(own) else f"{root}.{args[0]}"
    return f"{root}[]" if what in ("getitem", "iter", "next", "reversed") else f"{root}<{what}>"


def root(origin: str) -> str:
    """Where a way begins: the name of the notebook's by which the test came to something."""
    return re.split(r"[.\[<(]", origin, maxsplit=1)[0]


def is_module(own: Any) -> bool:
    """Whether an object is a module that only the notebook has imported."""
    return is_remote(own) and own._proctor_type == "module"


def unexpected(own: Any) -> str:
    """What to say of an object where the solution has data."""
    if is_remote(own) and own._proctor_type in ("function", "method"):
        return f"{own._proctor_origin} is a function where the test expects plain data"
    kind = own._proctor_type if is_remote(own) else type(own).__name__
    return f"an object of type {kind} came back where the test expects plain data"


def called(own: Any) -> str:
    """The name of what is called."""
    name = own._proctor_name if is_remote(own) else type(own).__name__
    return str(name)[:80]


def in_kind(value: Any) -> str:
    """What a value is, without its content."""
    if value is None:
        return "None"
    kind = value._proctor_type if is_remote(value) else qualified_name(type(value))
    shape = None if is_remote(value) else getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        return f"{kind} of shape {shape}"
    if isinstance(value, list | tuple | dict | set | str):
        return f"{kind} of length {len(value)}"
    return kind
