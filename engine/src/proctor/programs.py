"""Programs of the system, by name."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def program(name: str) -> str | None:
    """Where a program lies, be it that ``PATH`` leaves out the system's own folders."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), os.defpath]))


def interpreter() -> str:
    """The path of the running interpreter, within its environment and without ``..``.

    ``sys.executable`` is as it was typed: it may lead through a folder that a sandbox does not
    show, or be a link that lies in one.
    """
    typed, prefix = Path(sys.executable), Path(sys.prefix)
    if typed.is_relative_to(prefix) and ".." not in typed.parts:
        return str(typed)
    # The last link is kept where it makes the environment: Python looks for its prefix beside it.
    beside = typed.parent.resolve() / typed.name
    return str(beside if beside.is_relative_to(prefix.resolve()) else typed.resolve())
