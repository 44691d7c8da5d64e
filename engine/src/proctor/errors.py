"""The errors of the engine: each states the rule, what was found, where, and what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MACHINE_ERRORS = (
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE,
)  # fmt: skip
"""What every submission would meet alike; what one of them does shows in other ways."""


class ProctorError(Exception):
    """Base of every error that the engine raises on purpose."""

    def __init__(self, rule: str, *, found: str, where: str, remedy: str) -> None:
        self.rule = rule
        self.found = found
        self.where = where
        self.remedy = remedy
        super().__init__(rule, found, where, remedy)

    def __str__(self) -> str:
        return (
            f"{self.rule}\n  found: {self.found}\n  where: {self.where}\n"
            f"  what to do: {self.remedy}"
        )

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments would otherwise be lost when the error crosses a process.
        return (_rebuild, (type(self), self.rule, self.found, self.where, self.remedy))

    @property
    def summary(self) -> str:
        """The error on one line, for tables and JSON."""
        return f"{self.rule} Found: {self.found} ({self.where}). What to do: {self.remedy}."


def _rebuild(kind: type[ProctorError], rule: str, found: str, where: str, remedy: str) -> object:
    return kind(rule, found=found, where=where, remedy=remedy)


class ReleaseError(ProctorError):
    """An instructor's notebook can't be turned into a student version."""


class SubmissionError(ProctorError):
    """A submission can't be graded as it is; the rest of the class is not affected."""


class CourseError(ProctorError):
    """The course folder or its configuration lacks something that the command needs."""


class PacketError(ProctorError):
    """Bytes that crossed the trust boundary are not a packet."""


def reason_of(error: BaseException) -> str:
    """One line on why a submission could not be graded."""
    if isinstance(error, ProctorError):
        return error.summary
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__


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
