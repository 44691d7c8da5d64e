"""A check from a solution, without code: the student's function must do what the solution does."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from proctor.checks.check import Check, Verdict
from proctor.checks.compare import Comparison, exact
from proctor.checks.student import Student, UndefinedError

_MAX_CASES = 1000

Arguments = tuple[Any, ...]


def reference_check(
    id: str,
    *,
    cell: str,
    solution: Callable[..., Any],
    inputs: Callable[[np.random.Generator], Iterable[Arguments]] | Sequence[Arguments],
    compare: Comparison = exact,
    mistakes: Mapping[str, Callable[..., Any]] | None = None,
    messages: Mapping[str, str] | None = None,
) -> Check:
    """Make a check that compares a student's function with a solution.

    The student's function passes if it returns, for all inputs, what the solution returns, and
    raises where the solution raises. If it does for all inputs what one of the mistakes does, the
    mistake is named.

    Args:
        id: Name of the student's function, and of the check.
        cell: The marker of the exercise's solution cell.
        solution: The function that is right.
        inputs: The arguments of each call, as tuples; or a function that draws them from a
            generator, which is another for each student and submission.
        compare: Whether a value is as good as the solution's.
        mistakes: Known wrong functions, by the identifier of the misconception.
        messages: What a student is told of a mistake, by its identifier.

    Example::

        squares = reference_check(
            "squares",
            cell="UNQ_C1",
            solution=lambda n: [i * i for i in range(1, n + 1)],
            inputs=lambda rng: [(int(n),) for n in rng.integers(2, 30, size=5)],
            mistakes={"starts_at_zero": lambda n: [i * i for i in range(n)]},
            messages={"starts_at_zero": "The squares begin with that of 1."},
        )
    """
    known, told = dict(mistakes or {}), dict(messages or {})

    def run(student: Student, rng: np.random.Generator) -> Verdict:
        drawn = inputs(rng) if callable(inputs) else inputs
        cases = [tuple(case) for case in islice(drawn, _MAX_CASES)]
        if not cases:
            raise ValueError(f"the check {id} has no inputs")
        function = getattr(student, id)
        expected = [_outcome(solution, case) for case in cases]
        values = [
            _outcome(function, case) if isinstance(wanted, _Raised) else _value(function, case)
            for case, wanted in zip(cases, expected, strict=True)
        ]
        right = _count(values, expected, compare)
        if right == len(cases):
            return Verdict(1.0, f"All {len(cases)} calls of {id} do what they should.")
        said = f"{len(cases) - right} of {len(cases)} calls of {id} do not do what they should."
        for name, mistake in known.items():
            wrong = [_outcome(mistake, case) for case in cases]
            if _count(values, wrong, compare) == len(cases):
                return Verdict(0.0, told.get(name, said), name)
        return Verdict(0.0, f"{said} {_difference_in_kind(values, expected)}".rstrip())

    return Check(id, cell, run)


@dataclass(frozen=True)
class _Raised:
    """A call that raised, where the solution raises."""

    error: Exception


def _outcome(function: Callable[..., Any], case: Arguments) -> Any:
    try:
        return _value(function, case)
    except UndefinedError:
        raise
    except Exception as error:
        return _Raised(error)


def _value(function: Callable[..., Any], case: Arguments) -> Any:
    # Copies, so that a function that changes its arguments changes no other call's.
    return _received(function(*copy.deepcopy(case)))


def _received(value: Any) -> Any:
    """A copy, so that a later call can't change it."""
    try:
        return copy.deepcopy(value)
    except TypeError:
        # A stand-in for an object of the student's can't be copied, and equals nothing.
        return value


def _count(values: list[Any], expected: list[Any], compare: Comparison) -> int:
    return sum(_is_same(*pair, compare) for pair in zip(values, expected, strict=True))


def _is_same(value: Any, wanted: Any, compare: Comparison) -> bool:
    if isinstance(wanted, _Raised) or type(value) is _Raised:
        both = isinstance(wanted, _Raised) and type(value) is _Raised
        return both and isinstance(value.error, type(wanted.error))
    return compare(value, wanted) is True


def _difference_in_kind(values: list[Any], expected: list[Any]) -> str:
    """Say of which type or shape a wrong value is, where the solution's is of another."""
    for value, wanted in zip(values, expected, strict=True):
        if isinstance(wanted, _Raised):
            if type(value) is not _Raised:
                return "It returns a value, where an error is to be raised."
        elif value is None and wanted is not None:
            return "It returns None: is there a return statement?"
        elif type(value) is not type(wanted) and not _are_numbers(value, wanted):
            return f"It returns a value of type {type(value).__name__}, where another is expected."
        elif isinstance(value, np.ndarray) and value.shape != wanted.shape:
            return f"It returns an array of shape {value.shape}, where another is expected."
    return ""


def _are_numbers(*values: Any) -> bool:
    return all(issubclass(type(value), int | float | np.number) for value in values)
