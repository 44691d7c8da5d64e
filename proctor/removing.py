"""Remove a tree that hostile code may have made."""

from __future__ import annotations

import subprocess
from pathlib import Path


def remove_tree(path: Path) -> bool:
    """Remove a file, or a folder and all that is in it; links are not followed.

    Not `shutil.rmtree`: a tree may be deeper than Python's stack, and its folders unreadable.

    Args:
        path: What is removed; it need not exist.

    Returns:
        Whether it is gone.
    """
    _run("rm", "-rf", "--", str(path))
    if not path.is_symlink() and path.exists():
        _run("chmod", "-R", "u+rwX", "--", str(path))
        _run("rm", "-rf", "--", str(path))
    return not (path.is_symlink() or path.exists())


def _run(*command: str) -> None:
    # By their names: where they lie differs, and PATH is the grader's own.
    subprocess.run(command, capture_output=True, check=False)  # noqa: S603
