"""Which files of an assignment's source folder a student's notebook may read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path


def is_public(path: Path, leave_out: Iterable[str]) -> bool:
    """Whether a file or folder is given to notebooks.

    Notebooks of the instructor's hold solutions, but one without cells of nbgrader's may be there
    for others to run.

    Args:
        path: Its path.
        leave_out: Patterns of names that are not.
    """
    if any(fnmatch(path.name, pattern) for pattern in leave_out):
        return False
    return path.suffix != ".ipynb" or not path.is_file() or not _holds_exercises(path)


def _holds_exercises(path: Path) -> bool:
    try:
        return any(
            "nbgrader" in cell["metadata"] for cell in json.loads(path.read_bytes())["cells"]
        )
    # What can't be read may hold anything.
    except (OSError, ValueError, LookupError, TypeError):
        return True
