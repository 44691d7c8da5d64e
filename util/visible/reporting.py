"""The error that every visible test raises, and its one-sentence message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from util import advice
from util.visible import unfilled

Hints = Mapping[str, str]
"""Advice, by a pattern on an error's type and message."""

_ANYWHERE: Hints = {
    r"^NameError": "Use names that are set before: the arguments, and your own variables.",
    r"'int' object is not iterable": "Loop over the numbers up to it: a single number is no list.",
    r"list indices must be integers": "Loop over positions, which are numbers, not over names.",
}

_SHAPELESS = (NameError, KeyError, AttributeError, ArithmeticError)
"""Errors that array shapes do not explain."""


class ExerciseError(AssertionError):
    """A visible test failed; the message states what was found and what was expected."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows of the error, an IPython hook: only the sentence."""
        return [f"{type(self).__name__}: {self}"]


@contextmanager
def explaining(
    function: Callable[..., Any], number: int, hints: Hints | None = None
) -> Iterator[None]:
    """Convert any error in a block into one sentence of advice.

    The sentence begins with the advice and is self-contained: a reader sees the last line of a
    traceback, and some tools show no more than its beginning. The traceback itself is dropped,
    because it leads deep into libraries; the student's own line is named.

    Args:
        function: The student's function.
        number: Number of the exercise.
        hints: Advice on this exercise's common errors; the first pattern that matches counts.

    Raises:
        ExerciseError: The block raised an exception.
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
