"""One-sentence advice on the likely cause of an error in a student's function.

Used by the visible tests and by the answers to the hidden challenges. Nothing here knows the
correct answer; the advice is derived from the error and the line of the student's function that
raised it.
"""

from __future__ import annotations

import contextlib
import dis
import functools
import linecache
import re
from collections.abc import Callable
from types import TracebackType
from typing import Any

SHUFFLE = "np.random.shuffle works in place and returns None; np.random.permutation returns a copy."

LONGEST = 300
"""Maximum length of an error report in characters; a grader may truncate longer text, including the
advice."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_NONE = re.compile(r"NoneType|^None$")
_FOREIGN = re.compile(
    r"No such layer|does not depend on|feature names (should|must)", re.IGNORECASE
)


def plain(error: BaseException) -> str:
    """Return an error's message without the ANSI colours that Keras adds."""
    return _COLOURS.sub("", str(error))


def advising(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make what a student's function raises carry advice, for `explanation`.

    Only where the function runs can be seen which of its variables were None.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (Exception, SystemExit) as error:
            with contextlib.suppress(Exception):
                error.advice = advise(error, function)  # type: ignore[union-attr]
                error.has_nones = bool(nones(error, function))  # type: ignore[union-attr]
            raise

    return call


def explanation(error: BaseException) -> str:
    """Return an error's message, truncated to leave room for the advice that it carries."""
    advice = getattr(error, "advice", "")
    if not isinstance(advice, str) or not advice:
        return plain(error)[:LONGEST]
    advice = advice[:LONGEST]
    return f"{plain(error)[: max(0, LONGEST - len(advice) - 1)]} {advice}".strip()


def advise(error: BaseException, function: Callable[..., Any]) -> str:
    """Return advice on an error that a student's function raised; empty if there is none."""
    said = list(getattr(error, "__notes__", []))
    empty = nones(error, function)
    if (empty or isinstance(error, KeyError)) and mentions_shuffle(function):
        return " ".join([SHUFFLE, *said])
    if empty:
        verb = "is" if len(empty) == 1 else "are"
        said.insert(0, f"Replace each None: {' and '.join(empty)} {verb} None where used.")
    elif _NONE.search(plain(error)):
        said.insert(0, "Replace each None: there is one where a value is needed.")
    elif isinstance(error, KeyError) or _FOREIGN.search(plain(error)):
        name = getattr(function, "__name__", "the function")
        said.insert(0, f"Does {name} use its own arguments, or variables of the notebook?")
    return " ".join(said)


def place(error: BaseException, function: Callable[..., Any]) -> str:
    """Return the line of the student's code that raised an error, as text; empty if unknown."""
    step = _innermost(error, function)
    if step is None:
        return ""
    line = linecache.getline(step.tb_frame.f_code.co_filename, step.tb_lineno).strip()
    return f"line {step.tb_lineno}: {line}" if line else f"line {step.tb_lineno}"


def nones(error: BaseException, function: Callable[..., Any]) -> list[str]:
    """Return the variables that are None in the expression that raised an error."""
    step = _innermost(error, function)
    if step is None:
        return []
    values = step.tb_frame.f_locals
    return [name for name in _read_at(step) if values.get(name, ...) is None]


def seen(error: BaseException, function: Callable[..., Any]) -> str:
    """Return the shapes of the arrays that the failing expression reads, as text."""
    step = _innermost(error, function)
    if step is None:
        return ""
    values = step.tb_frame.f_locals
    shapes = {name: getattr(values.get(name), "shape", None) for name in _read_at(step)}
    return ", ".join(
        f"{name} has shape {tuple(shape)}"
        for name, shape in shapes.items()
        if shape is not None and (isinstance(shape, tuple) or type(shape).__name__ == "TensorShape")
    )


def mentions_shuffle(function: Callable[..., Any]) -> bool:
    """Return whether a function calls something named shuffle."""
    return "shuffle" in getattr(getattr(function, "__code__", None), "co_names", ())


def _innermost(error: BaseException, function: Callable[..., Any]) -> TracebackType | None:
    """Return the innermost traceback entry that lies in the student's own file or cell."""
    code = getattr(function, "__code__", None)
    found, step = None, error.__traceback__
    while code is not None and step is not None:
        if step.tb_frame.f_code.co_filename == code.co_filename:
            found = step
        step = step.tb_next
    return found


def _read_at(step: TracebackType) -> list[str]:
    """Return the local variables that the failing expression reads, without duplicates."""
    code = step.tb_frame.f_code
    # co_positions has one entry per code unit of two bytes.
    first, last, _, _ = list(code.co_positions())[step.tb_lasti // 2]
    found: dict[str, None] = {}
    for read in dis.get_instructions(code):
        line = read.positions.lineno if read.positions else None
        if not read.opname.startswith("LOAD_FAST"):
            continue
        if line is None or first is None or last is None:
            continue
        if first <= line <= last:
            # Python 3.13 can load two variables in one instruction.
            found |= dict.fromkeys(read.argval if isinstance(read.argval, tuple) else [read.argval])
    return list(found)
