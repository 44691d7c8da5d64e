"""The hidden tests: one check per exercise. Never given to students.

Each draws a case, has the student's function called on it, and judges what it did. What is recorded
of the calls is recorded where the check runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

import util.answering.compute_gradcam
import util.answering.grad_cam
import util.answering.permutation_importance
import util.answering.permute_feature
from proctor.checks import Picture, Student, Verdict, check
from util.answering.record import Record
from util.hidden_tests import compute_gradcam, grad_cam, permutation_importance, permute_feature
from util.hidden_tests.calling import answered

_MALFORMED = "The answer does not have the form that the exercise asks for."
_OF_THE_FORM = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, AssertionError,
    MemoryError, RecursionError,
)  # fmt: skip
"""What judging raises where a function returned something of an unexpected shape or type."""


def _draw_map(student: Student) -> Sequence[Picture]:
    question = grad_cam.question()
    return grad_cam.draw(
        question, answered(util.answering.grad_cam.answer, student, "grad_cam", question)
    )


@check("grad_cam", cell="UNQ_C1", draw=_draw_map)
def check_grad_cam(student: Student, rng: np.random.Generator) -> Verdict:
    """Call it on small networks whose maps can be worked out."""
    challenge = grad_cam.pose(rng)
    answer = answered(util.answering.grad_cam.answer, student, "grad_cam", challenge)
    return judged(grad_cam.judge, challenge, answer)


@check("compute_gradcam", cell="UNQ_C2")
def check_compute_gradcam(student: Student, rng: np.random.Generator) -> Verdict:
    """Call it with a stand-in for ``grad_cam``, and look at the figure."""
    challenge = compute_gradcam.pose(rng)
    answer = answered(util.answering.compute_gradcam.answer, student, "compute_gradcam", challenge)
    return judged(compute_gradcam.judge, challenge, answer)


@check("permute_feature", cell="UNQ_C3")
def check_permute_feature(student: Student, rng: np.random.Generator) -> Verdict:
    """Call it on frames of many kinds, and repeatedly on simple ones."""
    challenge = permute_feature.pose(rng)
    answer = answered(util.answering.permute_feature.answer, student, "permute_feature", challenge)
    return judged(permute_feature.judge, challenge, answer)


@check("permutation_importance", cell="UNQ_C4")
def check_permutation_importance(student: Student, rng: np.random.Generator) -> Verdict:
    """Call it with a model, a metric and permutations whose results are known."""
    challenge = permutation_importance.pose(rng)
    answer = answered(
        util.answering.permutation_importance.answer, student, "permutation_importance", challenge
    )
    return judged(permutation_importance.judge, challenge, answer)


def judged(
    judge: Callable[[Record, Record], Verdict], challenge: Record, answer: Record
) -> Verdict:
    """Judge an answer; one of an unexpected form earns nothing.

    Students control shapes and types of what their functions return. Any other exception is a fault
    of the check, and is raised.
    """
    try:
        return judge(challenge, answer)
    except _OF_THE_FORM:
        return Verdict(0.0, _MALFORMED)
