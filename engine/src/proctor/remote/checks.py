"""Run one of the course's checks on the test's side."""

from __future__ import annotations

import base64
import contextlib
import importlib
import io
import logging
import traceback
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from proctor.checks.check import Check, Picture, Verdict
from proctor.checks.load import checks_in
from proctor.checks.student import Student, UndefinedError
from proctor.remote.profile import Profile, StudentLostError
from proctor.remote.proxies import is_remote
from proctor.remote.references import MAX_TEXT, text_of
from proctor.remote.test_side import TestSide
from proctor.seeds import generator
from proctor.text import one_line

_LOG = logging.getLogger(__name__)


class RemoteStudent(Student):
    """A notebook in another process."""

    def __init__(self, side: TestSide) -> None:
        object.__setattr__(self, "_proctor_side", side)

    def _proctor_get(self, name: str) -> Any:
        side: TestSide = self._proctor_side
        try:
            value = side.get(name)
        except NameError:
            raise UndefinedError(f"the notebook does not define {name}", name=name) from None
        use = f"object {name}"
        if is_remote(value):
            side.profile.permits(use)
        elif side.profile.expects(use):
            # Otherwise the check's own code would fail, which looks like a fault of its author's.
            raise UndefinedError(f"{name} is data, and no function or class", name=name)
        return value

    def _proctor_set(self, name: str, value: Any) -> None:
        self._proctor_side.set(name, value)

    def _proctor_delete(self, name: str) -> None:
        with contextlib.suppress(NameError):
            self._proctor_side.delete(name)

    def _proctor_call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self._proctor_side.do("call", function, *args, **kwargs)


def find_check(module: str, name: str) -> Check:
    """One of a module's checks.

    Raises:
        KeyError: There is none of this name.
    """
    return checks_in(importlib.import_module(module))[name]


def run_check(
    side: TestSide, check: Check, seed: int, allowed: Collection[str] | None
) -> dict[str, Any]:
    """Run a check while the student's process answers.

    Args:
        side: The connection to it.
        check: The check.
        seed: Of the generator that it draws from.
        allowed: What it may do with the student's objects; None records what it does.

    Returns:
        What came of it, as JSON: see `proctor.execution.check_outcome`.
    """
    profile = Profile(allowed)
    with _asking(side, profile) as student:
        found = _outcome(student, check, seed)
    refused = profile.refused
    if isinstance(refused, StudentLostError):
        found = {"lost": text_of(refused)}
    elif refused is not None:
        found = {"refused": text_of(refused)}
    draws = check.draw is not None and "score" in found
    return {**found, "uses": sorted(profile.used), "draws": draws}


def draw_pictures(side: TestSide, check: Check) -> dict[str, Any]:
    """Let a check draw while the student's process answers; the verdict stands whatever happens.

    Args:
        side: The connection to it.
        check: The check.

    Returns:
        The pictures, as JSON; none if they can't be drawn.
    """
    # Nothing is decided here, and nothing handed over that students may not know.
    with _asking(side, Profile()) as student:
        return {"pictures": _pictures(student, check)}


@contextlib.contextmanager
def _asking(side: TestSide, profile: Profile) -> Iterator[Student]:
    """The notebook, from the beginning of a check to its end."""
    side.begin(profile, for_check=True)
    try:
        with _quiet():
            yield RemoteStudent(side)
    finally:
        with contextlib.suppress(StudentLostError):
            side.end()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what checks and students' functions print and warn of to ourselves."""
    nowhere = io.StringIO()
    with (
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        np.errstate(all="ignore"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def _outcome(student: Student, check: Check, seed: int) -> dict[str, Any]:
    try:
        verdict = check.run(student, generator(seed))
        if not isinstance(verdict, Verdict):
            raise TypeError(f"it returned {type(verdict).__name__} and no Verdict")
    except KeyboardInterrupt as error:
        if _came_from_student(error):
            return _raised(error)
        raise
    except BaseException as error:
        if _came_from_student(error):
            return _raised(error)
        if isinstance(error, UndefinedError):
            return {"undefined": text_of(error)}
        _LOG.info("The check %s failed.", check.id, exc_info=True)
        return {"fault": _described(error)}
    return {
        "score": float(verdict.score),
        "message": str(verdict.message)[:MAX_TEXT],
        "misconception": verdict.misconception,
    }


def _came_from_student(error: BaseException) -> bool:
    """Whether student code raised it, or let pass what a stand-in of the check's raised."""
    return any(
        getattr(error, name, False) is True
        for name in ("__proctor_student__", "__proctor_passed__")
    )


def _raised(error: BaseException) -> dict[str, Any]:
    # A check may explain it.
    told = vars(error).get("explanation")
    text = told if type(told) is str else text_of(error)
    return {"raised": type(error).__name__[:200], "text": text[:MAX_TEXT]}


def _pictures(student: Student, check: Check) -> Sequence[Mapping[str, str]]:
    try:
        drawn: Sequence[Picture] = check.draw(student) if check.draw is not None else ()
        return [
            {"title": one.title, "alt": one.alt, "jpeg": base64.b64encode(one.jpeg).decode()}
            for one in drawn
        ]
    except KeyboardInterrupt:
        raise
    # They illustrate, and carry no points.
    except BaseException:
        _LOG.info("The check %s draws nothing.", check.id, exc_info=True)
        return ()


def _described(error: BaseException) -> str:
    """An error on one line, with its place in the course's code."""
    frames = traceback.extract_tb(error.__traceback__)
    # The first frame is this module's, the second the course's; later ones may be a library's.
    place = f" (line {frames[1].lineno} of {Path(frames[1].filename).name})" if frames[1:] else ""
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{kind}{place}: {one_line(text_of(error), 200)}"
