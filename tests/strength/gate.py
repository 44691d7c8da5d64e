"""Try the whole corpus, on two processes, and collect what came of it."""

from __future__ import annotations

import gc
import importlib
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context

from tests.strength.corpus import Solution, read_corpus
from tests.strength.outcome import Outcome


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


@dataclass
class Findings:
    """What a run found.

    Attributes:
        students: On how many students' inputs.
        solutions: The corpus.
    """

    students: int
    solutions: list[Tried] = field(default_factory=list)


def try_all(students: int, jobs: int, exercises: Sequence[str], names: Sequence[str]) -> Findings:
    """Try everything, or what is named.

    Args:
        students: On how many students' inputs each solution is tried.
        jobs: Processes.
        exercises: Whose solutions.
        names: Of solutions; none: all.
    """
    solutions = [
        one
        for one in read_corpus()
        if one.exercise in exercises and (not names or one.name in names)
    ]
    found = Findings(students)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        ran = pool.map(_try, solutions, [students] * len(solutions), chunksize=2)
        found.solutions = list(ran)
    return found


def _try(solution: Solution, students: int) -> Tried:
    _one_thread()
    # Here, because it takes seconds that the first process need not spend.
    from tests.strength.trial import outcomes_of, unexpected

    outcomes = outcomes_of(solution, range(students))
    return Tried(solution, unexpected(solution, outcomes), outcomes[0].message)


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
