"""Run a check in the notebook's own process: for authors, and for nbgrader without this engine.

The notebook's code can tamper with a verdict that is reached here. ``proctor grade`` never runs
this: there the check runs on the test's side.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from proctor.checks.check import Check
from proctor.checks.load import load_checks
from proctor.checks.student import LocalStudent
from proctor.errors import CourseError
from proctor.seeds import generator

_CONFIG = "nbgrader_config.py"


class NotPassed(Exception):  # noqa: N818
    """The exercise earned no points; the message says why."""


def examine(
    exercise: str, namespace: MutableMapping[str, Any], points: float = 1.0
) -> float | None:
    """Run the check of an exercise; this is the last line of a notebook's test cell.

    Args:
        exercise: Id of the check.
        namespace: The notebook's globals.
        points: Points of the test cell.

    Returns:
        None for all points, otherwise the points earned, as nbgrader takes them from a cell.

    Raises:
        NotPassed: No points were earned.
        CourseError: This is not below a course's folder, its checks can't be imported, or there is
            no such check.
        UndefinedError: The notebook does not define the function.
    """
    verdict = _check(exercise).run(LocalStudent(namespace), generator(secrets.randbits(128)))
    if verdict.score <= 0:
        raise NotPassed(verdict.message)
    return None if verdict.score >= 1 else round(verdict.score * points, 2)


def _check(exercise: str) -> Check:
    course = _course()
    checks = _checks_of(course)
    if exercise not in checks:
        raise CourseError(
            f"no check {exercise!r}; known are {sorted(checks)}",
            why="a test cell of the notebook names it",
            where=str(course / _CONFIG),
            remedy="correct the name, or add the check to the module of c.Examine.checks",
        )
    return checks[exercise]


def _course() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / _CONFIG).is_file():
            return folder
    raise CourseError(
        f"no {_CONFIG} in this folder or above it",
        why="it names the module with the course's checks",
        where=str(here),
        remedy="run the notebook in its course, such as by proctor grade",
    )


def _checks_of(course: Path) -> Mapping[str, Check]:
    # Only authors need it: the test's side imports this module, too.
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader(_CONFIG, path=str(course)).load_config()
    return load_checks(str(config.Examine.get("checks", "")), course)
