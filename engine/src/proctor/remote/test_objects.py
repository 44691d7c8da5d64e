"""Stand-ins in the student's process for objects of the test's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Asks(Protocol):
    """Asks the test; see `StudentSide`."""

    def call_back(self, number: int, what: str, args: tuple[Any, ...], kwargs: Any) -> Any:
        """Ask for an operation on an object."""


class TestObject:
    """An object of the test's, such as a function to call back."""

    __test__ = False

    def __init__(self, side: Asks, number: int) -> None:
        object.__setattr__(self, "_side", side)
        object.__setattr__(self, "_number", number)

    def __getattr__(self, name: str) -> Any:
        return _ask(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        _ask(self, "setattr", name, value)

    def __delattr__(self, name: str) -> None:
        _ask(self, "delattr", name)


def _ask(own: TestObject, what: str, /, *args: Any, **kwargs: Any) -> Any:
    side = object.__getattribute__(own, "_side")
    return side.call_back(object.__getattribute__(own, "_number"), what, args, kwargs)


def _asking(what: str, *first: str) -> Any:
    def method(own: TestObject, /, *args: Any, **kwargs: Any) -> Any:
        return _ask(own, what, *first, *args, **kwargs)

    return method


def test_object(
    side: Asks, number: int, description: Mapping[str, Any], base: type | None
) -> TestObject:
    """Stand-in for an object of the test's, with the special methods that it has.

    Args:
        side: Asks the test.
        number: The object's number there.
        description: See `references.describe`.
        base: The class of both sides of which it is an instance, if there is one.
    """
    methods: dict[str, Any] = {f"__{name}__": _asking(name) for name in description["methods"]}
    for name in description.get("shown", ()):
        methods[name] = _asking("method", name)
    # The copy is made where the object is; what was copied before is of no use there.
    methods["__copy__"] = lambda own: _ask(own, "copy")
    methods["__deepcopy__"] = lambda own, memo: _ask(own, "deepcopy")
    if base is not None:
        # As `isinstance` asks for it.
        methods["__class__"] = property(lambda own: base)
    kind = type(str(description["type"]), (TestObject,), methods)
    made: TestObject = kind(side, number)
    if "name" in description:
        object.__setattr__(made, "__name__", description["name"])
    return made


test_object.__test__ = False  # type: ignore[attr-defined]
