"""Refuse more files than a zip in memory can hold, before one of them is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from proctor.errors import CourseError

MAX_BYTES = 4 * 1024**3
_GIB = 1024**3


def check_size(files: Mapping[str, Path | bytes], most: int = MAX_BYTES) -> None:
    """Check the size of files together; a link counts as what it leads to.

    Args:
        files: Paths of files, or their content, by names.
        most: Maximum number of bytes.

    Raises:
        CourseError: They are larger.
    """
    sizes = {name: _size(content) for name, content in files.items()}
    if sum(sizes.values()) > most:
        raise too_large(files)


def too_large(files: Mapping[str, Path | bytes]) -> CourseError:
    """Make the error for files that are too large together; it names the largest.

    Args:
        files: See `check_size`; at least one.
    """
    sizes = {name: _size(content) for name, content in files.items()}
    largest = max(sizes, key=sizes.__getitem__)
    place = files[largest]
    return CourseError(
        f"the assignment's files are too large: {_shown(sum(sizes.values()))} in all; the largest "
        f"is {Path(largest).name}, {_shown(sizes[largest])}",
        why="they are copied for students and sent to each worker, in memory",
        where=str(place) if isinstance(place, Path) else largest,
        remedy="take large data out of the course's folders and share them by their absolute path, "
        "which copies nothing: c.Sandbox.share",
    )


def _size(content: Path | bytes) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _shown(size: int) -> str:
    return f"{size / _GIB:,.1f} GiB"
