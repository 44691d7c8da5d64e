"""Try the whole corpus and all mutants, on two processes, and collect what came of it."""

from __future__ import annotations

import gc
import importlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context

from proctor.strength.mutants import Mutant, mutants
from tests.strength.corpus import Solution, read_corpus
from tests.strength.outcome import Outcome
from tests.strength.reference import reference_solutions


@dataclass(frozen=True)
class Tried:
    """What came of one solution.

    Attributes:
        solution: The solution.
        unexpected: Outcomes that are not what it deserves.
        told: What the first student is told.
    """

    solution: Solution
    unexpected: Sequence[Outcome]
    told: str


@dataclass(frozen=True)
class TriedMutant:
    """What came of one mutant.

    Attributes:
        exercise: Of the solution that was changed.
        name: What was changed, where.
        killed: Whether some student's inputs showed that it is wrong.
    """

    exercise: str
    name: str
    killed: bool


@dataclass
class Findings:
    """What a run found.

    Attributes:
        students: On how many students' inputs.
        solutions: The corpus.
        mutants: The mutants.
    """

    students: int
    solutions: list[Tried] = field(default_factory=list)
    mutants: list[TriedMutant] = field(default_factory=list)


def try_all(students: int, jobs: int, exercises: Sequence[str], names: Sequence[str]) -> Findings:
    """Try everything, or what is named.

    Args:
        students: On how many students' inputs each solution is tried.
        jobs: Processes.
        exercises: Whose solutions.
        names: Of solutions; none: all, and the mutants.
    """
    solutions = [
        one
        for one in read_corpus()
        if one.exercise in exercises and (not names or one.name in names)
    ]
    changed = [] if names else [one for one in _mutants() if one[0] in exercises]
    found = Findings(students)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        ran = pool.map(_try, solutions, [students] * len(solutions), chunksize=2)
        killed = pool.map(_kill, changed, [students] * len(changed), chunksize=8)
        found.solutions = list(ran)
        found.mutants = list(killed)
    return found


def _try(solution: Solution, students: int) -> Tried:
    _one_thread()
    # Here, because it takes seconds that the first process need not spend.
    from tests.strength.trial import outcomes_of, unexpected

    outcomes = outcomes_of(solution, range(students))
    return Tried(solution, unexpected(solution, outcomes), outcomes[0].message)


def _mutants() -> Iterator[tuple[str, Mutant]]:
    for exercise, code in reference_solutions().items():
        for mutant in mutants(code):
            yield exercise, mutant


def _kill(changed: tuple[str, Mutant], students: int) -> TriedMutant:
    _one_thread()
    from tests.strength.trial import examine

    exercise, mutant = changed
    killed = any(examine(exercise, mutant.code, student).score < 1 for student in range(students))
    return TriedMutant(exercise, mutant.name, killed)


@cache
def _one_thread() -> None:
    """Several processes with several threads each would only wait for one another."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    importlib.import_module("tests.strength.trial")
    # What the libraries hold stays; it need not be looked through again and again.
    gc.collect()
    gc.freeze()
