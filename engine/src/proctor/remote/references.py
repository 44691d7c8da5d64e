"""Descriptions of objects that cross by reference."""

from __future__ import annotations

import builtins
import importlib
import inspect
from collections.abc import Collection, Mapping
from typing import Any

from proctor.remote.containers import CodecError

SPECIAL_METHODS = frozenset(
    {
        *("call", "iter", "next", "reversed", "len", "length_hint", "getitem", "setitem"),
        *("delitem", "contains", "missing", "abs", "neg", "pos", "invert", "int", "float"),
        *("complex", "index", "round", "trunc", "floor", "ceil", "bool", "bytes", "format"),
        *("enter", "exit", "array", "await", "eq", "hash"),
        *(
            f"{side}{name}"
            for side in ("", "r", "i")
            for name in (
                *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow"),
                *("lshift", "rshift", "and", "or", "xor"),
            )
        ),
    }
    - {"idivmod"}
)
"""Special methods that a stand-in has where its object has them, without the underscores."""

TEST_METHODS = SPECIAL_METHODS | {
    *("ne", "lt", "le", "gt", "ge", "str", "repr", "setattr", "delattr"),
    *("copy", "deepcopy", "sklearn_clone"),
}
"""Special methods that a stand-in for an object of the test's has."""

_BUILTIN_MODULES = frozenset({"builtins"})
_MAX_NAME = 200
MAX_TEXT = 2000
"""Maximum characters of an exception's text."""


def describe(value: Any, methods: Collection[str] = SPECIAL_METHODS) -> dict[str, Any]:
    """Describe an object of one side, for the stand-in on the other.

    Nothing of the object's own code is run, but the description is its side's all the same.
    """
    kind = type(value)
    description: dict[str, Any] = {
        "type": qualified_name(kind),
        "methods": sorted(special_methods(kind).intersection(methods)),
        "kind": "object",
        "bases": [qualified_name(base) for base in type.mro(kind)][1:20],
    }
    if isinstance(value, type):
        description["kind"] = "class"
        description["name"] = str(type.__getattribute__(value, "__name__"))[:_MAX_NAME]
        description["bases"] = [qualified_name(base) for base in type.mro(value)][:20]
    elif inspect.isroutine(value):
        description["kind"] = "function"
        description["name"] = str(getattr(value, "__name__", ""))[:_MAX_NAME]
    elif inspect.ismodule(value):
        description["kind"] = "module"
    elif isinstance(value, BaseException):
        description["kind"] = "exception"
    return description


def special_methods(kind: type) -> set[str]:
    """The special methods of `TEST_METHODS` that a type has, without the underscores."""
    found: set[str] = set()
    seen: set[str] = set()
    for base in type.mro(kind):
        if base is not object:
            for name, value in vars(base).items():
                # The first of the bases counts: a class that compares and says no more has no hash.
                if name[:2] == "__" == name[-2:] and name not in seen:
                    seen.add(name)
                    if value is not None:
                        found.add(name[2:-2])
    return found & TEST_METHODS


def qualified_name(kind: type) -> str:
    """Module and name of a type; that of a built-in one is its name alone."""
    try:
        module = str(type.__getattribute__(kind, "__module__"))
        name = str(type.__getattribute__(kind, "__qualname__"))
    except AttributeError:
        return "object"
    return (name if module in _BUILTIN_MODULES else f"{module}.{name}")[:_MAX_NAME]


def global_name(value: Any) -> tuple[str, str] | None:
    """Module and name by which an object can be imported; None if there are none."""
    if inspect.ismodule(value):
        return value.__name__, ""
    try:
        module, name = value.__module__, value.__qualname__
    except AttributeError:
        # numpy's universal functions have a name alone.
        module, name = _library_of(value), getattr(value, "__name__", None)
    if not isinstance(module, str) or not isinstance(name, str) or "<" in name:
        return None
    try:
        found = _lookup(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        return None
    return (module, name) if found is value else None


def _library_of(value: Any) -> str | None:
    return "numpy" if type(value).__name__ == "ufunc" else None


def resolve_global(module: str, name: str, namespace: Mapping[str, Any]) -> Any:
    """The object that a module's name stands for; ``__main__`` is the notebook's namespace."""
    if module == "__main__":
        top, *rest = name.split(".")
        found = namespace[top]
        return _lookup(found, ".".join(rest)) if rest else found
    return _lookup(importlib.import_module(module), name)


def _lookup(found: Any, name: str) -> Any:
    for part in name.split(".") if name else ():
        found = getattr(found, part)
    return found


def text_of(error: BaseException | None) -> str:
    """The beginning of an exception's text; its class may have any faults."""
    try:
        return str(error)[:MAX_TEXT]
    except Exception:
        return ""


def nearest_exception(names: list[str]) -> type[BaseException]:
    """The first built-in exception among a type's names and those of its bases."""
    for name in names:
        found = getattr(builtins, name.removeprefix("builtins."), None)
        if isinstance(found, type) and issubclass(found, BaseException):
            return found
    return Exception


def checked_description(tree: Any) -> Mapping[str, Any]:
    """Check a description of an object, which the student's process made.

    Raises:
        CodecError: It is none.
    """
    if not isinstance(tree, dict) or not isinstance(tree.get("methods"), list):
        raise CodecError("a description that is none")
    bases = tree.get("bases", [])
    if not isinstance(bases, list):
        raise CodecError("a description that is none")
    texts = [tree.get("type"), tree.get("name", ""), *tree["methods"], *bases]
    if not all(isinstance(text, str) and len(text) <= 200 for text in texts) or len(texts) > 200:
        raise CodecError("a description that is none")
    return {
        "type": str(tree["type"]),
        "kind": str(tree.get("kind")),
        "name": str(tree.get("name", "")) or "object",
        "methods": tuple(sorted(SPECIAL_METHODS.intersection(tree["methods"]))),
        "bases": list(bases) or ["object"],
        "parent": tree["parent"] if isinstance(tree.get("parent"), list) else None,
    }
