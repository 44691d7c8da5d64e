"""The test's stand-ins for objects in the student's process.

A stand-in is never equal to data, nor true or false: what the test compares are values that it has
fetched. Two stand-ins are compared by the student's own class, for then that is what is tested.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, Protocol

from proctor.remote.instances import claims
from proctor.remote.references import nearest_exception


class ReferenceComparedError(TypeError):
    """A test compares an object of the student's with data, or asks whether it is true."""


class Calls(Protocol):
    """Sends requests to the student's side."""

    def do(self, what: str, /, *args: Any, **kwargs: Any) -> Any:
        """Perform an operation there, and return its value."""

    def truth(self, own: Remote) -> bool:
        """Whether an object is true, where the test may ask that."""

    def check_hash(self, own: Remote) -> None:
        """Make sure that the test may put an object into a set, or look it up."""

    def check_items(self) -> None:
        """Make sure that an iteration may end before its first item, as it does in the solution."""

    def check_swallowing(self, error: BaseException) -> None:
        """Make sure that an exception may end at a ``with``, as one of its kind in the solution."""

    def equals_none(self, own: Remote, name: str) -> Any:
        """Compare an object with None, by its own class where the solution's does so."""

    def compare_with_data(self, own: Remote, name: str, other: Any) -> Any:
        """Compare an object with data, by its own class where the solution's does so."""

    def claimed_class(self, name: str, bases: Sequence[str]) -> type | None:
        """The class here of which an object claims to be an instance, or of a class below it."""


class Remote:
    """Stand-in for an object.

    Its attributes are the object's; those of the stand-in have names that no object has.
    """

    def __init__(
        self, calls: Calls, number: int, description: Mapping[str, Any], origin: str
    ) -> None:
        object.__setattr__(self, "_proctor_calls", calls)
        object.__setattr__(self, "_proctor_number", number)
        object.__setattr__(self, "_proctor_type", str(description["type"]))
        object.__setattr__(self, "_proctor_methods", frozenset(description["methods"]))
        object.__setattr__(self, "_proctor_bases", tuple(description["bases"]))
        object.__setattr__(self, "_proctor_origin", origin)
        object.__setattr__(self, "_proctor_name", description["name"])

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_proctor_"):
            return object.__getattribute__(self, name)
        if name.startswith("__array_"):
            # numpy's other protocols; by `__array__` it gets plain data.
            raise AttributeError(name)
        if name == "__class__":
            found = self._proctor_calls.claimed_class(self._proctor_type, self._proctor_bases)
            return type(self) if found is None else found
        return self._proctor_calls.do("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._proctor_calls.do("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self._proctor_calls.do("delattr", self, name)

    def __dir__(self) -> Any:
        return self._proctor_calls.do("dir", self)

    def __repr__(self) -> str:
        return str(self._proctor_calls.do("repr", self))

    def __str__(self) -> str:
        return str(self._proctor_calls.do("str", self))

    def __format__(self, spec: str) -> str:
        return str(self._proctor_calls.do("format", self, spec))

    def __bool__(self) -> bool:
        return self._proctor_calls.truth(self)

    def __hash__(self) -> int:
        methods = self._proctor_methods
        self._proctor_calls.check_hash(self)
        if "hash" in methods:
            return int(self._proctor_calls.do("hash", self))
        if "eq" in methods:
            raise TypeError(f"unhashable type: '{self._proctor_type.rpartition('.')[2]}'")
        return hash(("proctor", self._proctor_number))

    def __eq__(self, other: object) -> Any:
        return _compare("eq", self, other)

    def __ne__(self, other: object) -> Any:
        return _compare("ne", self, other)

    def __lt__(self, other: object) -> Any:
        return _compare("lt", self, other)

    def __le__(self, other: object) -> Any:
        return _compare("le", self, other)

    def __gt__(self, other: object) -> Any:
        return _compare("gt", self, other)

    def __ge__(self, other: object) -> Any:
        return _compare("ge", self, other)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("an object of the student's process can't be copied or pickled")


def is_remote(value: Any) -> bool:
    """Whether a value is a stand-in; the object is not asked, as ``isinstance`` would."""
    return issubclass(type(value), Remote)


_ITERATORS = frozenset({"generator", "map", "filter", "zip", "enumerate", "reversed"})


def is_iterator(value: Any) -> bool:
    """Whether a value is a stand-in for what says to be one of Python's own iterators."""
    kind = value._proctor_type if is_remote(value) else ""
    own = "." not in kind and kind.endswith("_iterator")
    return kind in _ITERATORS or own or kind.startswith("itertools.")


class RemoteClass(Remote):
    """Stand-in for a class."""

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Make an instance there."""
        return self._proctor_calls.do("call", self, *args, **kwargs)

    def __instancecheck__(self, value: Any) -> bool:
        if not is_remote(value):
            # Named tuples and numbers with names cross as what they are.
            return claims(value, self._proctor_name)
        return self._proctor_calls.do("isinstance", value, self) is True

    def __subclasscheck__(self, kind: Any) -> bool:
        return isinstance(kind, Remote) and self._proctor_calls.do("issubclass", kind, self) is True

    def __mro_entries__(self, bases: Any) -> NoReturn:
        raise TypeError("a test can't derive from a class of the student's process")


def _compare(name: str, own: Remote, other: object) -> Any:
    if name in ("eq", "ne") and isinstance(other, type) and issubclass(other, Remote):
        # The type of a stand-in, compared with that of which the object says to be.
        same = vars(other).get("_proctor_kind") in own._proctor_bases[:1]
        return same is (name == "eq")
    if is_remote(other):
        return own._proctor_calls.do(name, own, other)
    if other is None and name in ("eq", "ne"):
        return own._proctor_calls.equals_none(own, name)
    return own._proctor_calls.compare_with_data(own, name, other)


def _method(name: str) -> Any:
    def perform(own: Remote, /, *args: Any, **kwargs: Any) -> Any:
        return own._proctor_calls.do(name, own, *args, **kwargs)

    perform.__name__ = f"__{name}__"
    return perform


def _contains(own: Remote, item: Any) -> bool:
    return own._proctor_calls.do("contains", own, item) is True


def _exit(own: Remote, kind: Any, error: Any, trace: Any) -> bool:
    told = () if error is None else (error,)
    found = own._proctor_calls.do("exit", own, *told)
    # As Python asks it: an object is true, too.
    swallows = is_remote(found) or bool(found)
    if swallows and error is not None:
        own._proctor_calls.check_swallowing(error)
    return swallows


def _array(own: Remote, dtype: Any = None, copy: Any = None) -> Any:
    import numpy as np

    found = own._proctor_calls.do("array", own)
    if type(found) is not np.ndarray:
        raise TypeError(f"an object of type {own._proctor_type} is no array of plain data")
    return found if dtype is None else found.astype(dtype)


def _await(own: Remote) -> Any:
    return own._proctor_calls.do("await", own)
    yield


def _iterate(own: Remote) -> Any:
    # What says to be an iterator is one: it comes to its end once.
    return own if is_iterator(own) else own._proctor_calls.do("iter", own)


def _next(own: Remote) -> Any:
    if "_proctor_ended" in object.__getattribute__(own, "__dict__"):
        raise StopIteration
    began = "_proctor_began" in object.__getattribute__(own, "__dict__")
    try:
        found = own._proctor_calls.do("next", own)
        object.__setattr__(own, "_proctor_began", True)
        return found
    except StopIteration:
        if not began:
            own._proctor_calls.check_items()
        if is_iterator(own):
            object.__setattr__(own, "_proctor_ended", True)
        raise


_SPECIAL: Mapping[str, Any] = {
    "contains": _contains, "exit": _exit, "array": _array, "iter": _iterate, "next": _next,
    "await": _await,
}  # fmt: skip
_kinds: dict[tuple[Any, ...], type[Remote]] = {}


def stand_in(
    calls: Calls, number: int, description: Mapping[str, Any], origin: str, parent: Any = None
) -> Any:
    """Make the stand-in for an object.

    Args:
        calls: Sends its requests.
        number: The object's number on the student's side.
        description: See `references.describe`; checked by `checked_description`.
        origin: By which way the test came to it.
        parent: For an exception's class, the stand-in of the class that it is derived from.
    """
    if description["kind"] == "class":
        if "BaseException" in description["bases"]:
            base = nearest_exception(description["bases"])
            if isinstance(parent, type) and issubclass(parent, BaseException):
                base = parent
            return remote_exception(description["name"], base, number)
        return _kind(RemoteClass, description)(calls, number, description, origin)
    return _kind(Remote, description)(calls, number, description, origin)


def _kind(base: type[Remote], description: Mapping[str, Any]) -> type[Remote]:
    """The class of stand-ins that has the special methods which an object's class has."""
    key = (base, description["type"], *description["methods"])
    found = _kinds.get(key)
    if found is None:
        own = set(description["methods"])
        if own & {"iter", "getitem"}:
            # Python finds a way for the others where an object has one of these.
            own |= {"iter", "contains"}
        names = [name for name in sorted(own) if f"__{name}__" not in vars(base)]
        methods = {f"__{name}__": _SPECIAL.get(name) or _method(name) for name in names}
        module, _, name = description["type"].rpartition(".")
        about = {"__module__": module or "builtins", "_proctor_kind": description["type"]}
        found = type(name, (base,), {**methods, **about})
        _kinds[key] = found
    return found


def remote_exception(name: str, base: type[BaseException], number: int) -> type[BaseException]:
    """An exception class here for one of the student's, so that a test can catch it."""
    return type(name, (base,), {"_proctor_number": number, "__str__": _text})


def _text(error: Any) -> str:
    found = vars(error).get("_proctor_text")
    return str(BaseException.__str__(error)) if found is None else str(found)
