"""Find programs of the system."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def program(name: str) -> str | None:
    """Return a program's path, also if ``PATH`` lacks the system's folders, or None."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), os.defpath]))


def interpreter() -> str:
    """The path of the running interpreter, within its environment and without ``..``.

    ``sys.executable`` is as typed on the command line: it may pass through a folder that is not
    visible in a sandbox, or be a link in such a folder.
    """
    typed, prefix = Path(sys.executable), Path(sys.prefix)
    if typed.is_relative_to(prefix) and ".." not in typed.parts:
        return str(typed)
    # The last link of a virtual environment is kept: Python looks for its prefix beside it.
    beside = typed.parent.resolve() / typed.name
    return str(beside if beside.is_relative_to(prefix.resolve()) else typed.resolve())
