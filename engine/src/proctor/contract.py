"""The contract between the engine and a course's hidden tests: pose, answer, judge.

A check poses a challenge and judges the answer, both outside the student's kernel. In between, the
course's public code runs inside the kernel: it calls the student's function and records the
results. No expected value ever enters the kernel.
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
    """A judge's result for one answer.

    Attributes:
        score: Share of the exercise's points, 0 to 1.
        message: Text shown to the student; it must not contain values of the challenge.
        misconception: Identifier of a known mistake that the answer matches, if any.
        trouble: A problem while judging, for the course's staff; usually empty.
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
    """A picture drawn by the trusted side, such as one of a student's answer.

    Attributes:
        title: A short title, such as ``Your map``.
        alt: Alternative text.
        jpeg: The picture as JPEG bytes.
    """

    title: str
    alt: str
    jpeg: bytes


@dataclass(frozen=True)
class Illustration:
    """An additional challenge whose answer is drawn for the student and never judged.

    Attributes:
        pose: Returns the challenge, which is the same for all students and not secret.
        draw: Draws the student's answer as the first picture, followed by pictures to compare it
            with; returns none if the answer can't be drawn. It may raise what a judge may raise.
    """

    pose: Callable[[], Packet]
    draw: Callable[[Packet, Packet], Sequence[Picture]]


@dataclass(frozen=True)
class Check:
    """One exercise's hidden test.

    Attributes:
        id: The exercise's name, as used in the notebook's check line and in reports.
        cell: The marker of the exercise's solution cell, such as ``UNQ_C1``.
        pose: Draws a challenge from a generator; it depends on the generator's state alone.
        judge: Compares an answer with the challenge. Anything it raises results in a verdict of
            zero; errors other than those expected for malformed answers are reported to the staff.
        illustration: Posed after the verdict has been reached, if there is one.
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
        course: The course folder, searched for the module if it is not installed.

    Raises:
        CourseError: The module can't be imported or has no ``CHECKS``.
    """
    if not module:
        return {}
    # Appended, so that a course's files can't shadow the grader's libraries.
    if str(course) not in sys.path:
        sys.path.append(str(course))
    try:
        checks = importlib.import_module(module).CHECKS
    except (ImportError, AttributeError) as error:
        raise CourseError(
            f"the hidden tests can't be loaded: {type(error).__name__}: {error}",
            why="they are a module with a mapping named CHECKS",
            where=f"c.Examine.checks = {module!r} in nbgrader_config.py",
            remedy="correct the name; the module lies in the course folder or is installed",
        ) from error
    return cast("Mapping[str, Check]", checks)


_EXPECTED_ERRORS = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, AssertionError,
    MemoryError, RecursionError,
)  # fmt: skip
"""Errors that a judge may raise if an answer has unexpected shapes, types or nesting."""

_MALFORMED = "The answer does not have the form that the exercise asks for."
_LOG = logging.getLogger(__name__)


def judge_safely(check: Check, challenge: Packet, answer: Packet) -> Verdict:
    """Judge an answer; an exception in the judge gives a verdict of zero.

    The student controls shapes and dtypes in an answer, so a judge may receive anything, and
    libraries raise errors of their own for it (OpenCV's ``cv2.error``, panics in Rust libraries).
    An error that is not in `_EXPECTED_ERRORS` may also be a bug in the check that costs an honest
    student points. The verdict stands, so that no answer can stop a notebook, and `Verdict.trouble`
    describes the error.
    """
    try:
        with _warnings_suppressed():
            return check.judge(challenge, answer)
    except _EXPECTED_ERRORS:
        return Verdict(0.0, _MALFORMED)
    except BaseException as error:
        if isinstance(error, _EXIT_EXCEPTIONS):
            raise
        _LOG.info("The check %s stumbled over an answer.", check.id, exc_info=True)
        return Verdict(0.0, _MALFORMED, trouble=f"the check {check.id} {_describe_error(error)}")


def draw_safely(illustration: Illustration, question: Packet, answer: Packet) -> Sequence[Picture]:
    """Draw an answer; return no pictures if drawing fails."""
    try:
        with _warnings_suppressed():
            return illustration.draw(question, answer)
    except BaseException as error:
        if isinstance(error, _EXIT_EXCEPTIONS):
            raise
        _LOG.info("An answer could not be drawn.", exc_info=True)
        return ()


_EXIT_EXCEPTIONS = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""Exceptions that end the program; they are always raised again."""


@contextmanager
def _warnings_suppressed() -> Iterator[None]:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _describe_error(error: BaseException) -> str:
    """Format an error on one line, with its location in the course's code."""
    frames = traceback.extract_tb(error.__traceback__)
    # The first frame is this module's, the second the course's; later ones may be a library's.
    place = f" (line {frames[1].lineno} of {Path(frames[1].filename).name})" if frames[1:] else ""
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"raised {kind}{place}: {one_line(str(error), 200)}"
