"""Mutants that make no difference, each listed with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from proctor.errors import CourseError


def read_equivalent(path: Path) -> Mapping[str, Mapping[str, str]]:
    """Read reasons by the mutant's name, by the solution cell's label; empty if there is no file.

    Raises:
        CourseError: It can't be read, or a reason is empty.
    """
    try:
        listed: dict[str, dict[str, str]] = tomllib.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _error(path, str(error)) from error
    for cell, reasons in listed.items():
        if not isinstance(reasons, dict):
            raise _error(path, f"{cell} is no table")
        for name, reason in reasons.items():
            if not isinstance(reason, str) or not reason.strip():
                raise _error(path, f"[{cell}] {name!r} needs a reason")
    return listed


def _error(path: Path, problem: str) -> CourseError:
    return CourseError(
        f"the list of mutants that make no difference can't be read: {problem}",
        why="they are left out of the count, each for a reason",
        where=str(path),
        remedy='write [ID OF THE SOLUTION CELL], and below it "NAME OF THE MUTANT" = "REASON"; '
        'a cell whose id another notebook has, too, is ["NOTEBOOK/ID"]',
    )
