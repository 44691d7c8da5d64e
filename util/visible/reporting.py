"""The one error that a visible test raises, and the sentence that it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from util import advice
from util.visible import unfilled

Hints = Mapping[str, str]
"""What to do, by a pattern of an error's type and message."""

_ANYWHERE: Hints = {
    r"^NameError": "Use names that are set before: the arguments, and your own variables.",
    r"'int' object is not iterable": "Loop over the numbers up to it: a single number is no list.",
    r"list indices must be integers": "Loop over positions, which are numbers, not over names.",
}

_SHAPELESS = (NameError, KeyError, AttributeError, ArithmeticError)
"""Errors that no shape of an array explains."""


class ExerciseError(AssertionError):
    """A visible test failed; the message says what was seen and what was expected."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it, by IPython's own hook: the sentence alone."""
        return [f"{type(self).__name__}: {self}"]


@contextmanager
def explaining(
    function: Callable[..., Any], number: int, hints: Hints | None = None
) -> Iterator[None]:
    """Turn whatever goes wrong in a block into one sentence about what to do.

    The sentence begins with the advice and stands alone: a reader sees the last line of a
    traceback, and some tools show no more than its beginning. Nothing of the traceback is kept,
    for it leads into the depths of libraries; the student's own line is named.

    Args:
        function: The student's function.
        number: The exercise's.
        hints: What this exercise's usual errors mean; the first pattern that is found counts.

    Raises:
        ExerciseError: Something went wrong.
    """
    try:
        yield
    except Exception as error:
        raise ExerciseError(_sentence(error, function, number, hints or {})) from None


def _sentence(error: Exception, function: Callable[..., Any], number: int, hints: Hints) -> str:
    empty = unfilled.sentence(function, number)
    if empty and not advice.mentions_shuffle(function):
        return empty
    if isinstance(error, ExerciseError):
        return str(error)
    name = getattr(function, "__name__", "the function")
    message = " ".join(advice.plain(error).split())
    raised = f"{type(error).__name__}: {message}"
    signature = rf"\b{re.escape(name)}\(\) (takes|got|missing)"
    known = [
        (signature, "Keep the arguments as they were given."),
        *hints.items(),
        *_ANYWHERE.items(),
    ]
    hinted = (text for pattern, text in known if re.search(pattern, raised))
    what_to_do = (
        next(hinted, "")
        or advice.advise(error, function)
        or f"Look at the line at which {name} stops."
    )
    where, seen = advice.place(error, function), ""
    if not isinstance(error, _SHAPELESS):
        seen = advice.seen(error, function)
    return f"{what_to_do} ({where or name} raised {raised[:200]}{f'; {seen}' if seen else ''})"
