"""What an instructor is told when the course's folder can't be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proctor.errors import CourseError


@contextmanager
def into_course(place: Path) -> Iterator[None]:
    """Say clearly why a file could not be written.

    Args:
        place: Where, for an error that names no file itself.

    Raises:
        CourseError: The disk is full, or the folder can't be written.
    """
    try:
        yield
    except OSError as error:
        raise CourseError(
            "Graded submissions are written into the course's folder.",
            found=error.strerror or str(error),
            where=str(error.filename or place),
            remedy="make room or give yourself the right to write, and grade again: what is done "
            "is kept",
        ) from error
