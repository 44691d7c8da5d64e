"""Try a solution on many students' inputs and compare with the verdict that it deserves."""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any
from unittest import mock

import numpy as np

from proctor.seeds import generator
from tests.strength.corpus import Solution
from tests.strength.outcome import Outcome
from tests.strength.sitting import EXERCISES, lesson_globals, sit_with, student_seed
from util.answering import grad_cam, tiny_models
from util.answering.record import Record


@cache
def _challenge(exercise: str, student: int) -> Record:
    return EXERCISES[exercise].pose(generator(student_seed(exercise, student)))


def examine(exercise: str, code: str, student: int, *, name: str = "solution") -> Outcome:
    """Examine a text that defines an exercise's function, on one student's inputs."""
    namespace = lesson_globals()
    quiet = contextlib.redirect_stdout(io.StringIO())
    with quiet, models_once(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(code, f"<{exercise}/{name}>", "exec"), namespace)  # noqa: S102 - our own
        except Exception as error:
            return Outcome(student, 0.0, str(error), None, type(error).__name__)
        challenge = _challenge(exercise, student)
        # What a solution draws is drawn again in the next run, so that a failure can be looked at.
        random.seed(student)
        np.random.seed(student)
        sitting = sit_with(exercise, namespace, challenge)
    said = sitting.verdict
    return Outcome(student, said.score, said.message, said.misconception, sitting.raised)


def unexpected(solution: Solution, outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes that are not those that a solution deserves."""
    deserved = (solution.score, solution.misconception, solution.raises)
    return [o for o in outcomes if (o.score, o.misconception, o.raised) != deserved]


def outcomes_of(solution: Solution, students: Sequence[int]) -> list[Outcome]:
    """What each student's inputs make of a solution."""
    return [
        examine(solution.exercise, solution.code, student, name=solution.name)
        for student in students
    ]


_built: dict[Any, Any] = {}


@contextlib.contextmanager
def models_once() -> Iterator[None]:
    """Build each of a challenge's small models once, however many solutions see it."""

    def build(case: Any, weights: Any) -> Any:
        key = (case["layers"][0], weights["dense"].tobytes())
        if key not in _built:
            _built[key] = tiny_models.build(case, weights)
        return _built[key]

    with mock.patch.object(grad_cam, "build", build):
        yield
