"""Have an exercise's function answer a challenge in this process, and judge the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import keras
import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf

from proctor.checks import UndefinedError, Verdict
from proctor.checks.student import LocalStudent
from proctor.seeds import challenge_seed, generator
from util import K, cindex, load_image, load_image_normalize
from util.advice import explanation
from util.answering import compute_gradcam as ask_compute_gradcam
from util.answering import grad_cam as ask_grad_cam
from util.answering import permutation_importance as ask_permutation_importance
from util.answering import permute_feature as ask_permute_feature
from util.answering.record import Record
from util.hidden_tests import (
    compute_gradcam,
    grad_cam,
    judged,
    permutation_importance,
    permute_feature,
)
from util.hidden_tests.calling import There

_SECRET = b"the strength of the hidden tests"


class Exercise(NamedTuple):
    """The parts of a hidden test."""

    pose: Callable[[np.random.Generator], Record]
    answer: Callable[..., Record]
    judge: Callable[[Record, Record], Verdict]


EXERCISES: Mapping[str, Exercise] = {
    "grad_cam": Exercise(grad_cam.pose, ask_grad_cam.answer, grad_cam.judge),
    "compute_gradcam": Exercise(
        compute_gradcam.pose, ask_compute_gradcam.answer, compute_gradcam.judge
    ),
    "permute_feature": Exercise(
        permute_feature.pose, ask_permute_feature.answer, permute_feature.judge
    ),
    "permutation_importance": Exercise(
        permutation_importance.pose,
        ask_permutation_importance.answer,
        permutation_importance.judge,
    ),
}


@dataclass(frozen=True)
class Sitting:
    """One exam: what was asked, what was answered, what was said of it.

    Attributes:
        challenge: What was asked.
        answer: What came back; empty if the function raised.
        verdict: What was said of it.
        raised: Type of what the function raised, or ``undefined``; None if it answered.
    """

    challenge: Record
    answer: Record
    verdict: Verdict
    raised: str | None = None


def lesson_globals() -> dict[str, Any]:
    """What a notebook has after the lesson's imports, as far as solutions need it."""
    return {
        "np": np,
        "pd": pd,
        "plt": plt,
        "cv2": cv2,
        "tf": tf,
        "keras": keras,
        "K": K,
        "cindex": cindex,
        "load_image": load_image,
        "load_image_normalize": load_image_normalize,
    }


def student_seed(exercise: str, student: int) -> int:
    """The seed of one student's challenge, drawn as the grader draws it."""
    return challenge_seed(
        _SECRET,
        assignment="C3M3",
        student=f"student {student}",
        exercise=exercise,
        submission="",
    )


def sit(exercise: str, namespace: MutableMapping[str, Any], seed: int = 0) -> Sitting:
    """Examine the function of a notebook's globals.

    Args:
        exercise: Name of the exercise's function.
        namespace: The notebook's globals.
        seed: Of the challenge.
    """
    return sit_with(exercise, namespace, EXERCISES[exercise].pose(generator(seed)))


def sit_with(exercise: str, namespace: MutableMapping[str, Any], challenge: Record) -> Sitting:
    """Examine the function of a notebook's globals on a challenge."""
    one = EXERCISES[exercise]
    try:
        answer = one.answer(There(LocalStudent(namespace), exercise), challenge)
    except UndefinedError as error:
        return Sitting(challenge, Record(), Verdict(0.0, str(error)), "undefined")
    except (Exception, SystemExit) as error:
        said = Verdict(0.0, explanation(error))
        return Sitting(challenge, Record(), said, type(error).__name__)
    return Sitting(challenge, answer, judged(one.judge, challenge, answer))
