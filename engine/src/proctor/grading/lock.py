"""One grader at a time in a course: the second one refuses, and says who is at work."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from proctor.errors import CourseError

NAME = ".proctor.lock"


@contextmanager
def course_lock(root: Path) -> Iterator[None]:
    """Hold the course's lock.

    The lock is the operating system's on an open file, so that it ends with the process that
    holds it, however that ends: a file that was left behind is taken over.

    Args:
        root: The course folder.

    Raises:
        CourseError: Another grader holds it, or the folder can't be written.
    """
    path = root / NAME
    try:
        file = path.open("a+")
    except OSError as error:
        raise CourseError(
            "The course folder can be written.",
            found=error.strerror or str(error),
            where=str(path),
            remedy="give yourself the right to write there",
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(
                "One grader at a time works in a course.",
                found=_holder(path),
                where=str(path),
                remedy="wait until it is done, or end it",
            ) from None
        _say_who(file.fileno())
        yield
        _say(file.fileno(), b"")


def _say_who(descriptor: int) -> None:
    who = {
        "process": os.getpid(),
        "user": _user(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    _say(descriptor, json.dumps(who).encode())


def _say(descriptor: int, text: bytes) -> None:
    # The lock holds without words; a disk that is full is no reason to give it up.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text, 0)


def _user() -> str:
    try:
        return getpass.getuser()
    # In containers a user often has a number and no name.
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _holder(path: Path) -> str:
    try:
        said = json.loads(path.read_text())
        return (
            f"process {said['process']} of {said['user']} on {said['host']}, "
            f"at work since {said['since']}"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return "another grader that has just begun"
