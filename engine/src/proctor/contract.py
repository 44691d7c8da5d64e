"""The contract between the engine and a course's hidden tests: pose, answer, judge.

A check poses inputs and judges what came back, both outside the student's kernel. The part in
between, which calls the student's function and writes down what it did, is the course's public
code and runs inside. No expected value ever enters the kernel.
"""

from __future__ import annotations

import importlib
import logging
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from proctor.errors import CourseError
from proctor.packet import Packet
from proctor.text import one_line


@dataclass(frozen=True)
class Verdict:
    """What a judge says of one answer.

    Attributes:
        score: Share of the exercise's points, 0 to 1.
        message: What the student is told; it holds no value of the challenge.
        misconception: Identifier of a known mistake that the answer matches, if any.
        trouble: What the course's staff should know of how it was reached; mostly nothing.
    """

    score: float
    message: str
    misconception: str | None = None
    trouble: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"A verdict's score lies in 0 to 1; got {self.score!r}.")


@dataclass(frozen=True)
class Picture:
    """What a student's answer looks like, drawn by the trusted side.

    Attributes:
        title: A few words, such as ``Your map``.
        alt: What is to be seen, for those who can't see it.
        jpeg: The picture, as JPEG.
    """

    title: str
    alt: str
    jpeg: bytes


@dataclass(frozen=True)
class Illustration:
    """A question beside the hidden test whose answer is drawn for the student, never judged.

    Attributes:
        pose: The question, which is the same for all students and no secret.
        draw: The student's answer as a picture first, and then what to compare it with; none
            where the answer can't be drawn. It may raise what a judge may raise.
    """

    pose: Callable[[], Packet]
    draw: Callable[[Packet, Packet], Sequence[Picture]]


@dataclass(frozen=True)
class Check:
    """One exercise's hidden test.

    Attributes:
        id: The exercise's name, as the check line in the notebook and the reports say it.
        cell: The marker of the solution cell that the exercise is about, such as ``UNQ_C1``.
        pose: Draws a challenge from a generator; the same generator state, the same challenge.
        judge: Compares an answer with the challenge. Whatever it raises becomes a verdict of zero;
            what malformed answers do not make numpy raise is told to the course's staff.
        illustration: Asked once the verdict has been reached, if there is one.
    """

    id: str
    cell: str
    pose: Callable[[np.random.Generator], Packet]
    judge: Callable[[Packet, Packet], Verdict]
    illustration: Illustration | None = None


def load_checks(module: str, course: Path) -> Mapping[str, Check]:
    """Import a course's hidden tests on the trusted side.

    Args:
        module: Dotted name of a module that has ``CHECKS``, a mapping from id to ``Check``.
            The empty string means that the course has none.
        course: The course folder, where the module is looked for if it is not installed.

    Raises:
        CourseError: The module can't be imported or has no ``CHECKS``.
    """
    if not module:
        return {}
    # At the end: a course's files must not stand in for a library of the grader's.
    if str(course) not in sys.path:
        sys.path.append(str(course))
    try:
        checks = importlib.import_module(module).CHECKS
    except (ImportError, AttributeError) as error:
        raise CourseError(
            "The course's hidden tests are a module with a mapping named CHECKS.",
            found=f"{type(error).__name__}: {error}",
            where=f"c.Examine.checks = {module!r} in nbgrader_config.py",
            remedy="correct the name; the module lies in the course folder or is installed",
        ) from error
    return cast("Mapping[str, Check]", checks)


_STUMBLES = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, AssertionError,
    MemoryError, RecursionError,
)  # fmt: skip
"""What a judge raises when an answer has shapes, types or depths that nobody would expect."""

_NO_FORM = "The answer does not have the form that the exercise asks for."
_LOG = logging.getLogger(__name__)


def judge_safely(check: Check, challenge: Packet, answer: Packet) -> Verdict:
    """Judge an answer; an answer that makes the judge stumble is worth nothing.

    Shapes and dtypes in an answer are the student's, so a judge may meet anything, and libraries
    have errors of their own for it (OpenCV's ``cv2.error``, panics of those in Rust). An error of
    another kind than `_STUMBLES` may as well be a fault of the check that costs an honest student
    points: the verdict stands, so that no answer can stop a notebook, and `Verdict.trouble` says
    what to look at.
    """
    try:
        with _quietly():
            return check.judge(challenge, answer)
    except _STUMBLES:
        return Verdict(0.0, _NO_FORM)
    except BaseException as error:
        if isinstance(error, _NOT_OURS):
            raise
        _LOG.info("The check %s stumbled over an answer.", check.id, exc_info=True)
        return Verdict(0.0, _NO_FORM, trouble=f"the check {check.id} {_stumbled(error)}")


def draw_safely(illustration: Illustration, question: Packet, answer: Packet) -> Sequence[Picture]:
    """Draw an answer; one that can't be drawn gives no picture."""
    try:
        with _quietly():
            return illustration.draw(question, answer)
    except BaseException as error:
        if isinstance(error, _NOT_OURS):
            raise
        _LOG.info("An answer could not be drawn.", exc_info=True)
        return ()


_NOT_OURS = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""Whoever ends the program is let do so."""


@contextmanager
def _quietly() -> Iterator[None]:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _stumbled(error: BaseException) -> str:
    """An error in one line, with the place in the course's code."""
    frames = traceback.extract_tb(error.__traceback__)
    # The first frame is this module's; libraries are no place to look at.
    place = f" (line {frames[1].lineno} of {Path(frames[1].filename).name})" if frames[1:] else ""
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"raised {kind}{place}: {one_line(str(error), 200)}"
