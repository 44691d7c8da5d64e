"""Lock a course for one grader at a time; a second one fails and reports who holds the lock."""

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

    It is an ``flock`` on an open file, so the operating system releases it when the process ends,
    however it ends; a lock file that was left behind does no harm.

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
            f"the course folder can't be written: {error.strerror or error}",
            why="a lock file there keeps two graders apart",
            where=str(path),
            remedy="give yourself the right to write there",
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(
                f"this course is being graded or released already, by {_holder(path)}",
                why="two at a time would overwrite each other's results",
                where=str(path),
                remedy="wait until it is done, or end it",
            ) from None
        _write_holder(file.fileno())
        yield
        _write(file.fileno(), b"")


def _write_holder(descriptor: int) -> None:
    who = {
        "process": os.getpid(),
        "user": _user(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    _write(descriptor, json.dumps(who).encode())


def _write(descriptor: int, text: bytes) -> None:
    # The lock works without the text, so a full disk must not fail it.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text, 0)


def _user() -> str:
    try:
        return getpass.getuser()
    # In containers a user often has a uid and no name.
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text())
        return (
            f"process {holder['process']} of {holder['user']} on {holder['host']}, "
            f"at work since {holder['since']}"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return "another grader that has just begun"
