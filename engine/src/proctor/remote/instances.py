"""Objects whose class both sides have: their attributes cross, and never their class's code.

These are classes of cells that run on both sides, and a few of the standard library's that do
nothing but hold data. Named tuples and numbers with names of the student's own classes cross as
what they are, too: a tuple or a number, compared as such.
"""

from __future__ import annotations

import argparse
import enum
import inspect
import types
from collections import ChainMap, UserDict, UserList, UserString, namedtuple
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from proctor.remote.containers import CodecError
from proctor.remote.decoder import Decoder
from proctor.remote.encoder import Encoder
from proctor.remote.kinds import Tree, register_reader, register_shell

LIBRARY: Mapping[str, type] = {
    f"{kind.__module__}.{kind.__name__}": kind
    for kind in (
        types.SimpleNamespace,
        argparse.Namespace,
        UserDict,
        UserList,
        UserString,
        ChainMap,
    )
}
"""Classes of the standard library that only hold data, by name."""

_LIBRARY_NAMES = {kind: name for name, kind in LIBRARY.items()}
_MAX_FIELDS = 200
_TUPLES = frozenset(vars(namedtuple("_Tuple", "a")))


def library_name(kind: type) -> str | None:
    """The name of a class of `LIBRARY`."""
    return _LIBRARY_NAMES.get(kind)


BUILTIN: Mapping[str, type] = {
    kind.__name__: kind for kind in (list, tuple, dict, set, frozenset, str, bytes, int, float)
}
"""Built-in classes from which those of a test may be derived."""


def builtin_name(kind: type) -> str | None:
    """The name of a class of `BUILTIN`."""
    return kind.__name__ if BUILTIN.get(kind.__name__) is kind else None


def _is_by_value(kind: type) -> bool:
    """Whether all that makes up an instance of a class is in its attributes."""
    return kind in _LIBRARY_NAMES or all(
        base is object or base.__flags__ & _HEAP_TYPE for base in type.mro(kind)
    )


_HEAP_TYPE = 1 << 9
"""Flag of classes that are defined in Python."""


def attributes_of(value: Any) -> dict[str, Any]:
    """The attributes of an instance, those in slots included."""
    found: dict[str, Any] = {}
    for base in type.mro(type(value)):
        slots = vars(base).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            try:
                found[name] = object.__getattribute__(value, name)
            except AttributeError:
                continue
    with suppress(AttributeError):
        found |= object.__getattribute__(value, "__dict__")
    found.pop("__dict__", None)
    found.pop("__weakref__", None)
    return found


def state_of(value: Any) -> tuple[Any, list[Any]] | None:
    """What tells whether an instance was changed; None if it is not one that crosses by value."""
    kind = type(value)
    # Others of libraries' classes are copies, of which all that they hold counts.
    if kind not in _LIBRARY_NAMES and kind.__module__ != "__main__":
        return None
    return None, [part for pair in attributes_of(value).items() for part in pair]


def _write_instance(encoder: Encoder, value: Any, name: str, depth: int) -> Tree:
    """Encode an instance of a class that the other side has by this name."""

    def write() -> list[Tree]:
        found = attributes_of(value)
        return [name, encoder.items(found, depth), encoder.items(found.values(), depth)]

    return encoder.mutable("object", value, write, depth, [name])


def _empty(decoder: Decoder, shell: list[Tree]) -> Any:
    """An instance without attributes."""
    (name,) = shell
    kind = decoder.find_class(name)
    if not isinstance(kind, type) or not _is_by_value(kind):
        raise CodecError("an instance of an unknown class")
    make: Any = kind if kind in _LIBRARY_NAMES else object
    return make.__new__(kind)


def _read_instance(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    name, names, values = parts
    found = decoder.keep(_empty(decoder, [name]))
    _set(found, dict(zip(decoder.items(names, depth), decoder.items(values, depth), strict=True)))
    return found


def _set(instance: Any, attributes: Mapping[str, Any]) -> None:
    for name, value in attributes.items():
        if type(name) is not str or (name[:2] == "__" == name[-2:]):
            raise CodecError("an attribute that none has")
        # Nothing may stand in for a method or a property: what it is called with is the test's.
        own = inspect.getattr_static(type(instance), name, None)
        if hasattr(type(own), "__get__") and not isinstance(own, types.MemberDescriptorType):
            raise CodecError("an attribute in the place of a method")
        object.__setattr__(instance, name, value)


def _fill_instance(instance: Any, found: Any) -> None:
    attributes = attributes_of(found)
    for name in attributes_of(instance).keys() - attributes.keys():
        object.__delattr__(instance, name)
    _set(instance, attributes)


def write_by_value(encoder: Encoder, value: Any, shared: str | None, depth: int) -> Tree | None:
    """Encode a named tuple, a member of an enumeration, or an instance of a class of both sides.

    None if the value is none of these.

    Args:
        encoder: The message's encoder.
        value: The value.
        shared: Name by which both sides have its class; None if only one side has it.
        depth: Its nesting.
    """
    kind = type(value)
    if isinstance(value, enum.Enum) and type(kind) is enum.EnumType:
        if shared is not None:
            return ["member", shared, value.name]
        if kind.__bases__[-1] in _NUMBERS and not _own_methods(kind):
            plain = str(value.value) if isinstance(value, str) else int(value.value)
            return ["named", kind.__name__, value.name, encoder.encode(plain, depth)]
    if isinstance(found := vars(kind).get(_CLAIMED), tuple):
        return ["named", *found, encoder.encode(kind.__bases__[0](value), depth)]
    if kind.__bases__ == (tuple,) and isinstance(getattr(kind, "_fields", None), tuple):
        items = encoder.items(tuple.__iter__(value), depth)
        if shared is not None:
            return ["record", shared, *items]
        if not vars(kind).keys() - _TUPLES - set(kind._fields) - _ANNOTATIONS:
            return ["record", [kind.__name__, *kind._fields], *items]
    if shared is not None and _is_by_value(kind):
        return _write_instance(encoder, value, shared, depth)
    return None


_CLAIMED = "_proctor_member"


def claims(value: Any, name: str) -> bool:
    """Whether a value has come as one of a class of this name."""
    kind = type(value)
    member = vars(kind).get(_CLAIMED)
    return kind in _made and kind.__name__ == name if member is None else member[0] == name


_ANNOTATIONS = {"__annotations__", "__orig_bases__", "__module__", "__firstlineno__"}
_NUMBERS = frozenset({enum.IntEnum, enum.IntFlag, enum.StrEnum})


def _own_methods(kind: type) -> bool:
    """Whether an enumeration defines methods, by which its members could compare otherwise."""
    return any(isinstance(found, types.FunctionType) and not _is_enums(name, found)
               for name, found in vars(kind).items())  # fmt: skip


def _is_enums(name: str, found: Callable[..., Any]) -> bool:
    return getattr(found, "__module__", "") == "enum" or name == "__new__"


def _read_member(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    name, member = parts
    kind = decoder.find_class(name)
    if not isinstance(kind, enum.EnumType):
        raise CodecError("a member of what is no enumeration")
    return kind[member]


def _read_named(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    kind, name, value = parts
    own = decoder.find_class(kind)
    if isinstance(own, enum.EnumType):
        return own[name]
    value = decoder.decode(value, depth)
    if type(value) not in (int, str) or not all(isinstance(t, str) for t in (kind, name)):
        raise CodecError("a member of an enumeration that is none")
    return _named(kind[:200], name[:200], value)


@lru_cache(maxsize=1000)
def _named(kind: str, name: str, value: Any) -> Any:
    """A number or text with a name, as a member of an enumeration; the same one each time."""
    base = type(value)
    attributes = {
        "name": name,
        "value": value,
        _CLAIMED: (kind, name),
        "__repr__": lambda own: f"<{kind}.{name}: {value!r}>",
    }
    return type(kind, (base,), attributes)(value)


def _read_record(decoder: Decoder, parts: list[Tree], depth: int) -> Any:
    told, *items = parts
    kind: Any = None
    if isinstance(told, str):
        kind = decoder.find_class(told)
    elif all(isinstance(name, str) and name.isidentifier() for name in told):
        kind = decoder.find_class(told[0])
        if getattr(kind, "_fields", None) != tuple(told[1:]):
            kind = _record(*told) if len(told) <= _MAX_FIELDS else None
    if not isinstance(kind, type) or kind.__bases__ != (tuple,):
        raise CodecError("a named tuple of an unknown class")
    if len(items) != len(kind._fields):  # type: ignore[attr-defined]
        raise CodecError("a named tuple of another length")
    return tuple.__new__(kind, decoder.items(items, depth))


@lru_cache(maxsize=1000)
def _record(name: str, *fields: str) -> type:
    # namedtuple itself refuses names that are none.
    found = namedtuple(name, fields)  # type: ignore[misc]
    _made.add(found)
    return found


_made: set[type] = set()
"""Classes that were made for named tuples of the other side."""


register_reader("object", _read_instance, _fill_instance)
register_shell("object", _empty)
register_reader("member", _read_member)
register_reader("named", _read_named)
register_reader("record", _read_record)
