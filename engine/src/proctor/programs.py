"""Programs of the system, by name."""

from __future__ import annotations

import os
import shutil


def program(name: str) -> str | None:
    """Where a program lies, be it that ``PATH`` leaves out the system's own folders."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), os.defpath]))
