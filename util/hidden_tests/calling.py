"""The notebook of a student, for what `util.answering` does with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from proctor.checks import Student, UndefinedError, in_notebook, replaced
from util.advice import advising, explanation
from util.answering.notebook import Notebook
from util.answering.record import Record


class There:
    """A notebook, as a check of this course sees it; see `util.answering.notebook.Notebook`."""

    def __init__(self, student: Student, exercise: str) -> None:
        self._student = student
        self._exercise = exercise

    def function(self) -> Callable[..., Any]:
        """Return the exercise's function; what it raises carries advice.

        Raises:
            UndefinedError: The notebook does not define it.
        """
        found = getattr(self._student, self._exercise)
        if not callable(found):
            raise UndefinedError(f"{self._exercise} is no function", name=self._exercise)
        function: Callable[..., Any] = in_notebook(self._student, advising, found)
        return function

    def replaced(self, name: str, stand_in: Callable[..., Any]) -> AbstractContextManager[None]:
        """Replace a global name of the notebook for a while."""
        return replaced(self._student, **{name: stand_in})

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function of the public package in the notebook's process."""
        return in_notebook(self._student, function, *args)


def answered(
    answer: Callable[[Notebook, Record], Record], student: Student, exercise: str, challenge: Record
) -> Record:
    """Have a student's function answer a challenge.

    Args:
        answer: See the modules of `util.answering`.
        student: The notebook.
        exercise: Name of the function.
        challenge: The challenge.

    Raises:
        Exception: What the function raised, with advice.
    """
    try:
        return answer(There(student, exercise), challenge)
    except Exception as error:
        error.explanation = explanation(error)  # type: ignore[attr-defined]
        raise
