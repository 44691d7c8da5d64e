"""An exam in one process, in which question and answer cross as bytes all the same."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import cv2
import keras
import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf

from proctor.contract import Verdict, judge_safely
from proctor.packet import Packet, decode, encode
from proctor.seeds import challenge_seed, generator
from util import K, cindex, load_image, load_image_normalize
from util.answering.packets import packet_bytes, read_packet
from util.answers import respond
from util.hidden_tests import CHECKS

_SECRET = b"the strength of the hidden tests"


@dataclass(frozen=True)
class Sitting:
    """One exam: what was asked, what was answered, what was said of it.

    Attributes:
        challenge: What was asked.
        answer: What came back.
        verdict: What the judge said; it says nothing of use where the function raised.
    """

    challenge: Packet
    answer: Packet
    verdict: Verdict


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


def answered(exercise: str, namespace: MutableMapping[str, Any], asked: bytes) -> Packet:
    """What the function of a notebook's globals answers to a challenge."""
    data, arrays = read_packet(asked)
    return decode(packet_bytes(respond(exercise, namespace, data, arrays)))


def sit(exercise: str, namespace: MutableMapping[str, Any], seed: int = 0) -> Sitting:
    """Examine the function of a notebook's globals.

    Args:
        exercise: Name of the exercise's function.
        namespace: The notebook's globals.
        seed: Of the challenge.
    """
    challenge = CHECKS[exercise].pose(generator(seed))
    answer = answered(exercise, namespace, encode(challenge))
    return Sitting(challenge, answer, judge_safely(CHECKS[exercise], challenge, answer))
