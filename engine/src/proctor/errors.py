"""The errors of the engine: each states the problem, why it matters, where, and what to do."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OUTPUT_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EPIPE)

MACHINE_ERRORS = (
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE,
)  # fmt: skip
"""Errors that would affect every submission; problems of a single one appear in other ways."""


class Exit(SystemExit):
    """The end of the program that the engine decides on; a course's code raises `SystemExit`."""


ENDINGS = (KeyboardInterrupt, Exit)
"""What passes through handlers of whatever a course's own code may raise."""


class ProctorError(Exception):
    """Base of every error that the engine raises on purpose.

    Attributes:
        problem: What is wrong: a clause without a period at its end.
        why: Why that matters, as a clause.
        where: File, setting or option.
        remedy: What to do, as a clause in the imperative.
    """

    def __init__(self, problem: str, *, why: str, where: str, remedy: str) -> None:
        self.problem = problem
        self.why = why
        self.where = where
        self.remedy = remedy
        super().__init__(problem, why, where, remedy)

    def __str__(self) -> str:
        return (
            f"{self.problem}\n  why: {self.why}\n  where: {self.where}\n  what to do: {self.remedy}"
        )

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments would otherwise be lost when the error is pickled.
        return (_rebuild, (type(self), self.problem, self.why, self.where, self.remedy))

    @property
    def summary(self) -> str:
        """The error on one line, for tables and JSON."""
        return f"{self.problem} ({self.where}); {self.why}. What to do: {self.remedy}."


def _rebuild(kind: type[ProctorError], problem: str, why: str, where: str, remedy: str) -> object:
    return kind(problem, why=why, where=where, remedy=remedy)


class ReleaseError(ProctorError):
    """An instructor's notebook can't be turned into a student version."""


class SubmissionError(ProctorError):
    """A submission can't be graded as it is; the rest of the class is not affected."""


class CourseError(ProctorError):
    """The course folder or its configuration lacks something that the command needs."""


class CheckError(CourseError):
    """A check of the course's does not do what every check must."""


def reason_of(error: BaseException) -> str:
    """State on one line why a submission could not be graded."""
    if isinstance(error, ProctorError):
        return error.summary
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__


@contextmanager
def course_write_errors(folder: Path) -> Iterator[None]:
    """Convert errors of the system while writing to the course folder into errors with a remedy.

    Args:
        folder: Named in the error if the system names no file.

    Raises:
        CourseError: The disk is full, or the folder can't be written.
    """
    try:
        yield
    except OSError as error:
        raise CourseError(
            f"a file can't be written: {error.strerror or error}",
            why="graded submissions are written into the course folder",
            where=str(error.filename or folder),
            remedy="make room or give yourself the right to write, and grade again: what is done "
            "is kept",
        ) from error


def is_output_error(error: OSError) -> bool:
    """Return whether an error may be one of standard output, which has no file name."""
    return error.filename is None and error.errno in _OUTPUT_ERRORS


def first_line(error: BaseException) -> str:
    """The first line of an error's text, or its type if it has none."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def system_error(error: OSError, folder: Path) -> CourseError:
    """Convert an error of the operating system into one with a remedy.

    Args:
        error: The error.
        folder: Named in the error if the system names no file.
    """
    return CourseError(
        f"a file can't be read or written: {error.strerror or error}",
        why="the command did not finish",
        where=str(_named(error, folder)),
        remedy="check that it exists, that you may read and write it, and that the disk has room; "
        "--debug shows where in the program it happened",
    )


def _named(error: OSError, folder: Path) -> Path:
    name = error.filename
    return Path(os.fsdecode(name)).absolute() if isinstance(name, (str, bytes)) else folder
