"""Modes of files and folders."""

from __future__ import annotations

from pathlib import Path


def open_tree(top: Path) -> None:
    """Let everybody read a folder and all that is in it, whatever this process's umask is."""
    for path in (top, *top.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
