"""Import a course's checks on the trusted side."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from proctor.checks.check import Check
from proctor.errors import ENDINGS, CourseError


def load_checks(module: str, course: Path) -> Mapping[str, Check]:
    """Import a course's hidden tests.

    Args:
        module: Dotted name of a module that has the checks as global variables. The empty string
            means that the course has none.
        course: The course folder, searched for the module if it is not installed.

    Returns:
        The checks by id.

    Raises:
        CourseError: The module can't be imported, has no check, or has two of one id.
    """
    found = load_checks_module(module, course)
    return {} if found is None else checks_in(found)


def load_checks_module(module: str, course: Path) -> ModuleType | None:
    """Import the module with a course's hidden tests; None if the course has none.

    Args:
        module: See `load_checks`.
        course: See `load_checks`.

    Raises:
        CourseError: It can't be imported.
    """
    if not module:
        return None
    # Appended, so that a course's files can't shadow the grader's libraries.
    if str(course) not in sys.path:
        sys.path.append(str(course))
    try:
        return importlib.import_module(module)
    except ENDINGS:
        raise
    # A course's module may raise anything while it is imported.
    except BaseException as error:
        raise _unusable(
            module, f"the hidden tests can't be loaded: {type(error).__name__}: {error}"
        ) from error


def checks_in(module: ModuleType) -> Mapping[str, Check]:
    """The checks among a module's global variables, by id.

    Raises:
        CourseError: There is none, or two have the same id.
    """
    checks: dict[str, Check] = {}
    for value in vars(module).values():
        if isinstance(value, Check) and checks.setdefault(value.id, value) is not value:
            raise _unusable(module.__name__, f"two checks are called {value.id!r}")
    if not checks:
        raise _unusable(module.__name__, "the module with the hidden tests has no check")
    return checks


def _unusable(module: str, problem: str) -> CourseError:
    return CourseError(
        problem,
        why="they are functions below proctor.checks.check in a module of the course's",
        where=f"c.Examine.checks = {module!r} in nbgrader_config.py",
        remedy="correct it; the module lies in the course folder or is installed",
    )
