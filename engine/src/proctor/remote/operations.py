"""What a test may ask of an object in the student's process, by name."""

from __future__ import annotations

import asyncio
import inspect
import math
import operator
import threading
from collections.abc import Callable, Mapping
from typing import Any

_INFIX = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "matmul": operator.matmul,
    "truediv": operator.truediv, "floordiv": operator.floordiv, "mod": operator.mod,
    "pow": operator.pow, "lshift": operator.lshift, "rshift": operator.rshift,
    "and": operator.and_, "or": operator.or_, "xor": operator.xor,
}  # fmt: skip

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt,
    "ge": operator.ge,
}  # fmt: skip


def _swapped(do: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda own, other: do(other, own)


ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    **_INFIX,
    **{f"r{name}": _swapped(do) for name, do in _INFIX.items()},
    "divmod": divmod,
    "rdivmod": _swapped(divmod),
}
"""Operators of two operands; ``r`` before a name swaps them, as in Python's special methods."""

IN_PLACE: Mapping[str, Callable[[Any, Any], Any]] = {
    f"i{name}": getattr(operator, f"i{name}") for name in _INFIX
}


def _wait(own: Any) -> Any:
    """Run a coroutine to its end, in a thread: a notebook's own has a loop that is running."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(asyncio.run(_result(own)))
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


async def _result(own: Any) -> Any:
    return await own


def _exit(own: Any, error: Any = None) -> Any:
    if error is None:
        return type(own).__exit__(own, None, None, None)
    return type(own).__exit__(own, type(error), error, error.__traceback__)


READING: Mapping[str, Callable[..., Any]] = {
    "getattr": getattr, "len": len, "iter": iter, "next": next, "reversed": reversed,
    "abs": abs, "neg": operator.neg, "pos": operator.pos, "invert": operator.invert,
    "int": int, "float": float, "complex": complex, "index": operator.index, "round": round,
    "trunc": math.trunc, "floor": math.floor, "ceil": math.ceil, "bool": bool, "str": str,
    "repr": repr, "bytes": bytes, "dir": dir, "isinstance": isinstance, "issubclass": issubclass,
    "length_hint": operator.length_hint, "hash": hash, "await": _wait, "type": type,
    "source": inspect.getsourcelines, "signature": inspect.signature,
}  # fmt: skip
"""Operations in which no data of the test reach the object, but names and numbers of digits."""

PASSING: Mapping[str, Callable[..., Any]] = {
    "getitem": operator.getitem, "setitem": operator.setitem, "delitem": operator.delitem,
    "contains": operator.contains, "missing": lambda own, key: type(own).__missing__(own, key),
    "setattr": setattr, "delattr": delattr, "format": format,
    "enter": lambda own: type(own).__enter__(own),
    "exit": _exit,
}  # fmt: skip
"""Operations in which data of the test reach the object."""


def _call(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


def _array(own: Any) -> Any:
    import numpy as np

    return np.asarray(own)


ALL: Mapping[str, Callable[..., Any]] = {
    **COMPARISONS, **ARITHMETIC, **IN_PLACE, **READING, **PASSING, "call": _call, "array": _array,
}  # fmt: skip
