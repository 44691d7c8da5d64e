"""Trees that are deeper than a path may be long."""

from __future__ import annotations

import os
from pathlib import Path


def make_deep(folder: Path, depth: int, name: str = "d", content: bytes | None = None) -> None:
    """Make folders in folders, and a file ``deep`` in the innermost if it has content."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    if content is not None:
        file = os.open("deep", os.O_CREAT | os.O_WRONLY, dir_fd=here)
        os.write(file, content)
        os.close(file)
    os.close(here)
