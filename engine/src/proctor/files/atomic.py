"""Write a file so that readers see the old one or the new one, never a partial one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_replacement(target: Path) -> Iterator[Path]:
    """Provide a temporary file beside the target, which replaces it if the block succeeds.

    Args:
        target: The file to write, in an existing folder. It is unchanged after an exception.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_text(target: Path, text: str) -> None:
    """Write a text file atomically, with line ends unchanged; create its folder if missing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_replacement(target) as part:
        part.write_text(text, encoding="utf-8", newline="")


def make_world_readable(top: Path) -> None:
    """Let everybody read a folder and its contents, whatever this process's umask is."""
    for path in (top, *top.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
