"""The notebook whose function is called: in this process, or in another one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from util.advice import advising
from util.answering.spies import globals_of, replaced


class Notebook(Protocol):
    """A notebook that defines an exercise's function."""

    def function(self) -> Callable[..., Any]:
        """Return the function; what it raises carries advice, see `util.advice.advising`."""

    def replaced(self, name: str, stand_in: Callable[..., Any]) -> AbstractContextManager[None]:
        """Replace a global name for a while, as the function looks it up."""

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function of this package where the notebook runs."""


class Here:
    """A notebook in this process."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def function(self) -> Callable[..., Any]:
        """See `Notebook`."""
        return advising(self._function)

    def replaced(self, name: str, stand_in: Callable[..., Any]) -> AbstractContextManager[None]:
        """See `Notebook`."""
        return replaced(name, stand_in, globals_of(self._function, {}))

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """See `Notebook`."""
        return function(*args)
